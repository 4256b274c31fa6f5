package dev.headgate.it.harness;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Waiting for a condition that nobody announces: polls, with a deadline and a name for the fault.
 */
public final class Until {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private Until() {}

  /**
   * Something that will hold. Throwing counts as "not yet", save for an {@link
   * IllegalStateException}.
   */
  @FunctionalInterface
  public interface Condition {
    /** Whether it holds now. */
    boolean holds() throws Exception;
  }

  /** Returns as soon as the condition holds; fails when it still does not at the deadline. */
  public static void holds(String what, Duration limit, Condition condition)
      throws TimeoutException {
    long deadline = System.nanoTime() + limit.toNanos();
    @Nullable Exception last = null;
    do {
      try {
        if (condition.holds()) {
          return;
        }
      } catch (IllegalStateException e) {
        throw e;
      } catch (Exception e) {
        last = e;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
      if (Thread.interrupted()) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting until " + what);
      }
    } while (System.nanoTime() - deadline < 0);
    TimeoutException timeout =
        new TimeoutException(
            "not within " + limit + ": " + what + (last == null ? "" : "; last: " + last));
    if (last != null) {
      timeout.initCause(last);
    }
    throw timeout;
  }
}
