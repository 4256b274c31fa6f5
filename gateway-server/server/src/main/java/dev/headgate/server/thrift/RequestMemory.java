package dev.headgate.server.thrift;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of requests that the node holds for all its connections, bounded (D22). Thread-safe.
 */
final class RequestMemory {
  private final long limit;
  private final AtomicLong held = new AtomicLong();

  RequestMemory(long limit) {
    this.limit = limit;
  }

  /** Takes bytes if there is room for them. */
  boolean tryTake(int bytes) {
    long now = held.get();
    while (now + bytes <= limit) {
      if (held.compareAndSet(now, now + bytes)) {
        return true;
      }
      now = held.get();
    }
    return false;
  }

  /** Takes bytes even past the limit: for requests so small that refusing costs as much. */
  void take(int bytes) {
    held.addAndGet(bytes);
  }

  /** Gives bytes back. */
  void give(int bytes) {
    held.addAndGet(-bytes);
  }

  /** What is taken now. */
  long held() {
    return held.get();
  }

  long limit() {
    return limit;
  }
}
