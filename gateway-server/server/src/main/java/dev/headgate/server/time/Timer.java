package dev.headgate.server.time;

import java.time.Duration;
import java.time.InstantSource;

/** The clock, and tasks at a later time. Thread-safe. Tasks are short and never block. */
public interface Timer extends InstantSource {
  /** Monotonic time in nanoseconds, from an arbitrary origin: for durations, never for dates. */
  long nanoTime();

  /** Runs the task once, on the timer's thread, after the delay. */
  Timeout after(Duration delay, Runnable task);

  /** Monotonic time in milliseconds. */
  default long monotonicMillis() {
    return nanoTime() / 1_000_000;
  }

  /** A task to come. */
  @FunctionalInterface
  interface Timeout {
    /** The task does not run unless it runs already. Harmless when repeated or late. */
    void cancel();
  }
}
