package dev.headgate.server.time;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The system's time, with tasks on an executor that outlives this. After the executor has stopped,
 * tasks are dropped.
 */
public final class ScheduledTimer implements Timer {
  private static final Logger log = LoggerFactory.getLogger(ScheduledTimer.class);

  private final ScheduledExecutorService executor;

  /** Over an executor that should remove cancelled tasks at once. */
  public ScheduledTimer(ScheduledExecutorService executor) {
    this.executor = executor;
  }

  @Override
  public Instant instant() {
    return Instant.now();
  }

  @Override
  public long millis() {
    return System.currentTimeMillis();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Timeout after(Duration delay, Runnable task) {
    try {
      ScheduledFuture<?> future =
          executor.schedule(() -> runLogged(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      return () -> {};
    }
  }

  private static void runLogged(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      log.error("timer task failed", e);
    }
  }
}
