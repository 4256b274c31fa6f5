package dev.headgate.server.produce.transaction;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that checks hold which nobody has taken yet, bounded for the node. Thread-safe. What
 * finds no room is left to the engine, which asks again.
 */
final class CheckMemory {
  private final long limit;
  private final AtomicLong held = new AtomicLong();

  CheckMemory(long limit) {
    this.limit = limit;
  }

  boolean tryHold(PendingCheck check) {
    int size = check.message().size();
    if (held.addAndGet(size) > limit) {
      held.addAndGet(-size);
      return false;
    }
    return true;
  }

  void release(PendingCheck check) {
    held.addAndGet(-check.message().size());
  }

  long held() {
    return held.get();
  }
}
