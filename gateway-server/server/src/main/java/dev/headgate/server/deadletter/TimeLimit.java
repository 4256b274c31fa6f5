package dev.headgate.server.deadletter;

import dev.headgate.server.time.Timer;
import java.time.Duration;

/** When a call has to begin no more work: a while before its deadline, so that it can answer. */
record TimeLimit(Timer timer, long deadlineNanos, long stopNanos) {
  private static final Duration EARLY = Duration.ofSeconds(1);

  static TimeLimit before(long deadlineNanos, Timer timer) {
    long left = Math.max(0, deadlineNanos - timer.nanoTime());
    return new TimeLimit(timer, deadlineNanos, deadlineNanos - Math.min(EARLY.toNanos(), left / 4));
  }

  boolean isOver() {
    return timer.nanoTime() - stopNanos >= 0;
  }
}
