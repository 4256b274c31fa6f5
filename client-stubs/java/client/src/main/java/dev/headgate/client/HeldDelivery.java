package dev.headgate.client;

import java.time.Duration;

/**
 * One delivery in a consumer's hand, from when it was received until its lease is settled or lost.
 * Thread-safe: its handler, the renewer and a closing consumer race for it.
 */
final class HeldDelivery {
  private static final long MIN_RENEWAL_NANOS = Duration.ofMillis(100).toNanos();

  private enum State {
    WAITING,
    RUNNING,
    RETURNED,
    GONE
  }

  private final Delivery delivery;
  private State state = State.WAITING;
  private boolean lost;
  private long expiresNanos;
  private long renewNanos;

  HeldDelivery(Delivery delivery, long nowNanos) {
    this.delivery = delivery;
    prolonged(delivery.leaseTime(), nowNanos);
  }

  Delivery delivery() {
    return delivery;
  }

  Bytes lease() {
    return delivery.lease();
  }

  /** True once, for the worker that may run the handler. */
  synchronized boolean start() {
    return leave(State.WAITING, State.RUNNING);
  }

  /** True once, when no handler has begun and none will. */
  synchronized boolean takeBack() {
    return leave(State.WAITING, State.RETURNED);
  }

  /** True once, for the one that removes it from the hand. */
  synchronized boolean remove() {
    boolean first = state != State.GONE;
    state = State.GONE;
    return first;
  }

  /** The lease now lasts so long; it is renewed when half of that has passed. */
  synchronized void prolonged(Duration lease, long nowNanos) {
    expiresNanos = nowNanos + lease.toNanos();
    renewNanos = nowNanos + Math.max(MIN_RENEWAL_NANOS, lease.toNanos() / 2);
  }

  /** A renewal failed: try again when half of what is left has passed. */
  synchronized void postponed(long nowNanos) {
    renewNanos = nowNanos + Math.max(MIN_RENEWAL_NANOS, (expiresNanos - nowNanos) / 2);
  }

  /** The gateway no longer honours the lease; it is not renewed again. */
  synchronized void lost() {
    lost = true;
  }

  /** Whether the lease can still be settled, as far as this side knows. */
  synchronized boolean alive(long nowNanos) {
    return !lost && expiresNanos - nowNanos > 0;
  }

  /** Nanoseconds until the next renewal; {@link Long#MAX_VALUE} when there will be none. */
  synchronized long renewInNanos(long nowNanos) {
    return lost || state == State.GONE ? Long.MAX_VALUE : renewNanos - nowNanos;
  }

  private boolean leave(State from, State to) {
    boolean left = state == from;
    if (left) {
      state = to;
    }
    return left;
  }
}
