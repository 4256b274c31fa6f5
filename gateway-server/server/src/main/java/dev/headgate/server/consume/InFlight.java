package dev.headgate.server.consume;

import com.google.common.hash.Hashing;
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

  // Message, headers, times, this: counted by hand for a message with two headers.
  private static final int OBJECTS = 512;

  final PartitionWindow window;
  final long offset;

  /** Of body, key and headers. */
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

  /** How often it could not be written to another topic. */
  int failedMoves;

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

  /** Of the message's id; must not be settled. */
  long fingerprint() {
    return Hashing.farmHashFingerprint64().hashUnencodedChars(stored().message().id()).asLong();
  }

  StoredMessage stored() {
    StoredMessage held = stored;
    if (held == null) {
      throw new IllegalStateException("settled: " + window.partition() + "@" + offset);
    }
    return held;
  }

  /** What holding it costs the node, objects included: many small messages are no small thing. */
  int cost() {
    return size + OBJECTS;
  }

  /** Lets the body go. */
  void settle() {
    state = State.DONE;
    stored = null;
  }
}
