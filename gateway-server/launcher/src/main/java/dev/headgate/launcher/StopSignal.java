package dev.headgate.launcher;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, or SIGTERM, as something to ask for: the process stays until the command has ended in
 * order, or for a few seconds.
 */
final class StopSignal implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 5;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "stop-signal");
  private volatile boolean asked;

  /** Begins to listen. */
  void listen() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Whether the process has been told to stop. */
  boolean isAsked() {
    return asked;
  }

  private void stop() {
    asked = true;
    try {
      boolean unused = ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The command has ended. */
  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // Stopping already: the hook ends by the latch.
    }
  }
}
