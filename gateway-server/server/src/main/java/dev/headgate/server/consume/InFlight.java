package dev.headgate.server.consume;

import dev.headgate.engine.Bytes;
import dev.headgate.engine.StoredMessage;
import org.jspecify.annotations.Nullable;

/**
 * A message between its being read from the engine and its being settled. Mutable; guarded by its
 * subscription's lock.
 */
final class InFlight {
  /** Where it is in its life; see {@link Subscription}. */
  enum State {
    /** Waits to be leased. */
    READY,
    /** Behind another message of its key. */
    BLOCKED,
    /** Held by a client until {@link #atMillis}. */
    LEASED,
    /** Waits until {@link #atMillis} before it is ready again. */
    WAITING,
    /** Is being written to the retry or dead-letter topic. */
    MOVING,
    /** Settled; holds no body any more. */
    DONE
  }

  final PartitionWindow window;
  final long offset;
  final int size;
  final @Nullable Bytes key;
  private @Nullable StoredMessage stored;

  State state = State.READY;

  /** Deliveries so far. */
  int attempts;

  /** Of the lease that is open, or was last. */
  long serial;

  /** When the lease ends or the wait is over: monotonic milliseconds. */
  long atMillis;

  /** When it was first leased, monotonic milliseconds; 0 before. */
  long firstLeasedMillis;

  /** When it was leased last, monotonic milliseconds. */
  long leasedMillis;

  /** When it must be settled at the latest, however often it is prolonged. */
  long maxLeaseEndMillis;

  /** Why it came back last. */
  String lastReason = "";

  // Links of the DeadlineWheel's slot.
  @Nullable InFlight wheelPrevious;
  @Nullable InFlight wheelNext;
  int wheelSlot = -1;

  InFlight(PartitionWindow window, StoredMessage stored, int attempts) {
    this.window = window;
    this.stored = stored;
    this.offset = stored.offset();
    this.size = stored.message().size();
    this.key = stored.message().key();
    this.attempts = attempts;
  }

  StoredMessage stored() {
    StoredMessage held = stored;
    if (held == null) {
      throw new IllegalStateException("settled: " + window.partition() + "@" + offset);
    }
    return held;
  }

  /** Lets the body go. */
  void settle() {
    state = State.DONE;
    stored = null;
  }
}
