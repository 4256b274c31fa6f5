package dev.headgate.engine.rocketmq;

import org.jspecify.annotations.Nullable;

/** What a reader knows of a queue that is, or is becoming, its own. The reader's mailbox's. */
final class Holding {
  /** From being wanted to being given up. */
  enum State {
    /** Asks for the lock and the position. */
    ACQUIRING,
    /** Assigned. */
    OWNED,
    /** Revoked; the listener is settling. */
    RELEASING,
    /** Not this reader's any more. */
    GONE,
  }

  final Queue queue;
  State state = State.ACQUIRING;
  @Nullable OwnedQueue owned;

  /** When the request was sent that last confirmed the lock. */
  long confirmedNanos;

  Holding(Queue queue) {
    this.queue = queue;
  }

  /** The queue, which an owned holding has. */
  OwnedQueue owned() {
    if (owned == null) {
      throw new IllegalStateException(queue + " is " + state);
    }
    return owned;
  }
}
