package dev.headgate.server.trace;

import dev.headgate.engine.GroupName;
import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Is told of each step of a message when the step is over. The header {@code traceparent} of a
 * message says whose trace it belongs to; it is never changed, so the consumer's span hangs under
 * the producer's, with the gateway's beside it. Thread-safe; never blocks, never fails.
 */
public interface MessageTrace extends AutoCloseable {
  /** The header of W3C Trace Context. */
  String HEADER = "traceparent";

  /** Tells nobody, and costs nothing. */
  MessageTrace OFF = new NoTrace();

  /** Exports to the collector that the configuration names, or nowhere. */
  static MessageTrace of(TracingConfig config, String node, String version, InstantSource clock) {
    return config.endpoint().isEmpty()
        ? OFF
        : OtelTrace.exporting(config.endpoint(), node, version, clock);
  }

  /** A send has been answered; {@code failure} is the error's code, null for success. */
  void sent(TopicName topic, Message message, long tookNanos, @Nullable String failure);

  /** A message is handed out, for the how-manieth time, so long after it was stored. */
  void delivered(TopicName topic, GroupName group, Message message, int attempt, long waitedMillis);

  /**
   * A lease has ended so long after it began.
   *
   * @param how {@code ack}, {@code nack} or {@code expired}
   */
  void settled(
      TopicName topic, GroupName group, Message message, int attempt, long heldMillis, String how);

  /** Exports what is left, within some seconds. */
  @Override
  void close();
}
