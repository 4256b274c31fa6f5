package dev.headgate.engine.memory;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one thread on which an engine calls listeners and completes fetches. One thread gives the
 * order that the SPI promises: what is told of a partition is told in turn, and no fetch completes
 * once its partition has been revoked.
 */
final class EventLoop {
  private static final long CLOSE_LIMIT_SECONDS = 5;

  private final ScheduledExecutorService scheduler;
  private final ExecutorService executor;
  private volatile @Nullable Thread thread;

  EventLoop(String node, ScheduledExecutorService scheduler) {
    this.scheduler = scheduler;
    this.executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread created = new Thread(task, "memory-engine-" + node);
              created.setDaemon(true);
              thread = created;
              return created;
            });
  }

  /** For timers, which are to go back to the loop. */
  ScheduledExecutorService scheduler() {
    return scheduler;
  }

  /** Runs the task in turn; false when the loop is closed. */
  boolean execute(Runnable task) {
    try {
      executor.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Takes nothing more, and waits for what it was given; called from the loop it cannot wait. */
  void close() {
    executor.shutdown();
    if (Thread.currentThread() == thread) {
      return;
    }
    try {
      if (!executor.awaitTermination(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
