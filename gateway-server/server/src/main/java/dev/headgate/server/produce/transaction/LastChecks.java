package dev.headgate.server.produce.transaction;

import dev.headgate.server.time.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Prepared messages that the engine has asked about for the last time, and will roll back. Whoever
 * is still to answer has a moment; then the message is counted as given up. Thread-safe, bounded.
 */
final class LastChecks {
  private static final int MAX_REMEMBERED = 10_000;

  private final Map<HalfKey, Timer.Timeout> open = new ConcurrentHashMap<>();
  private final Duration patience;
  private final Timer timer;
  private final Consumer<HalfKey> givenUp;

  LastChecks(Duration patience, Timer timer, Consumer<HalfKey> givenUp) {
    this.patience = patience;
    this.timer = timer;
    this.givenUp = givenUp;
  }

  void asked(HalfKey key) {
    if (open.size() >= MAX_REMEMBERED) {
      givenUp.accept(key);
      return;
    }
    open.computeIfAbsent(key, k -> timer.after(patience, () -> end(k)));
  }

  void answered(HalfKey key) {
    Timer.Timeout timeout = open.remove(key);
    if (timeout != null) {
      timeout.cancel();
    }
  }

  private void end(HalfKey key) {
    if (open.remove(key) != null) {
      givenUp.accept(key);
    }
  }
}
