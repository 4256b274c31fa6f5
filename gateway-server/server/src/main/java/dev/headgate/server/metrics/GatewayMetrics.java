package dev.headgate.server.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import java.util.function.LongSupplier;

/**
 * The gateway's metrics: one method a metric, so that every name stands here and nowhere else.
 * Thread-safe. What is looked up here is to be kept in a field by who uses it: nothing per message
 * goes through the registry's map.
 */
public final class GatewayMetrics {
  private final MetricRegistry registry;

  /** Over a registry that outlives this. */
  public GatewayMetrics(MetricRegistry registry) {
    this.registry = registry;
  }

  /** The registry, for exporters. */
  public MetricRegistry registry() {
    return registry;
  }

  /** Connections closed for a protocol fault, by reason (D42). */
  public Counter refusedConnections(String reason) {
    return registry.counter("connections.refused." + reason);
  }

  /** Open client connections. */
  public Counter openConnections() {
    return registry.counter("connections.open");
  }

  /** Messages acknowledged to producers. */
  public Meter sent() {
    return registry.meter("messages.sent");
  }

  /** Sends that failed with nothing stored. */
  public Meter sendsRefused() {
    return registry.meter("messages.sends-refused");
  }

  /** Sends whose outcome is unknown (D2). */
  public Meter sendsIndeterminate() {
    return registry.meter("messages.sends-indeterminate");
  }

  /** Messages leased to consumers, each attempt counted. */
  public Meter delivered() {
    return registry.meter("messages.delivered");
  }

  /** Leases acknowledged. */
  public Meter acked() {
    return registry.meter("messages.acked");
  }

  /** Messages brought back, by cause: {@code nack}, {@code expired}. */
  public Meter retried(String cause) {
    return registry.meter("messages.retried." + cause);
  }

  /** Messages moved to a retry topic (D17). */
  public Meter movedToRetryTopic() {
    return registry.meter("messages.moved-to-retry-topic");
  }

  /** Messages moved to a dead-letter topic (D13). */
  public Meter deadLettered() {
    return registry.meter("messages.dead-lettered");
  }

  /**
   * Deliveries that may be duplicates, by cause: {@code partition-moved}, {@code retry-moved}
   * (D11).
   */
  public Meter possibleDuplicates(String cause) {
    return registry.meter("messages.possible-duplicates." + cause);
  }

  /** Receives that are parked now. */
  public Counter parkedReceives() {
    return registry.counter("receives.parked");
  }

  /** Leases that are open now. */
  public Counter openLeases() {
    return registry.counter("leases.open");
  }

  /** Bytes of bodies held for consumers now (D22). */
  public Counter heldBytes() {
    return registry.counter("consume.held-bytes");
  }

  /** Bytes of requests held by the Thrift edge now (D22), asked for when they are exported. */
  public void requestBytes(LongSupplier held) {
    registry.gauge("edge.request-bytes", () -> held::getAsLong);
  }
}
