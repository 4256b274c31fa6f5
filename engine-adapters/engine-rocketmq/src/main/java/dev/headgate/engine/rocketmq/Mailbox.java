package dev.headgate.engine.rocketmq;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after another, in the order in which they were given, without a thread of its own.
 * What only its tasks touch needs no lock.
 */
final class Mailbox implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

  private final Executor threads;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();

  Mailbox(Executor threads) {
    this.threads = threads;
  }

  /** Runs the task on the engine's threads. */
  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (count.getAndIncrement() == 0) {
      threads.execute(this::drain);
    }
  }

  /**
   * Runs the task now if none runs, else after those; for callers that are the engine's threads.
   */
  void executeHere(Runnable task) {
    tasks.add(task);
    if (count.getAndIncrement() == 0) {
      drain();
    }
  }

  private void drain() {
    do {
      Runnable task = tasks.poll();
      if (task != null) {
        try {
          task.run();
        } catch (RuntimeException e) {
          LOG.warn("a task of the RocketMQ adapter failed", e);
        }
      }
    } while (count.decrementAndGet() > 0);
  }
}
