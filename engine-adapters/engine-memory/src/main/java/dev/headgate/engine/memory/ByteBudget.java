package dev.headgate.engine.memory;

import dev.headgate.engine.Message;

/** Counts the bytes that a cluster holds against its bound. Thread-safe. */
final class ByteBudget {
  /** What a message costs beside its bytes: its objects, and its place in the log. */
  private static final int OVERHEAD_BYTES = 200;

  private final long maxBytes;
  private long usedBytes;

  ByteBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  static long cost(Message message) {
    return message.size() + (long) OVERHEAD_BYTES;
  }

  synchronized boolean tryReserve(long bytes) {
    if (usedBytes + bytes > maxBytes) {
      return false;
    }
    usedBytes += bytes;
    return true;
  }

  synchronized void release(long bytes) {
    usedBytes -= bytes;
  }
}
