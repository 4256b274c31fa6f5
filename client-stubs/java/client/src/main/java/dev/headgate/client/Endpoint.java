package dev.headgate.client;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * One address of the fleet: its idle connections, and how long to keep away from it. Thread-safe.
 */
final class Endpoint {
  private static final Backoff AVOID = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15));

  private final NodeAddress address;
  private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
  private int failures;
  private long avoidUntilNanos;

  Endpoint(NodeAddress address) {
    this.address = address;
  }

  NodeAddress address() {
    return address;
  }

  /** Newest first, so that surplus connections grow old and are closed. */
  ConcurrentLinkedDeque<Connection> idle() {
    return idle;
  }

  /** Whether calls should rather go elsewhere for now. */
  synchronized boolean avoided(long nowNanos) {
    return failures > 0 && nowNanos - avoidUntilNanos < 0;
  }

  /** It could not be reached, broke, stayed silent or is draining. */
  synchronized void failed(long nowNanos) {
    avoidUntilNanos = nowNanos + AVOID.pause(failures, Duration.ZERO).toNanos();
    failures++;
  }

  synchronized void succeeded() {
    failures = 0;
  }
}
