package dev.headgate.engine.rocketmq;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Brokers that failed lately, to be left alone for a moment where another can serve. */
final class BrokenBrokers {
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private final Map<String, Long> brokenUntil = new ConcurrentHashMap<>();

  void failed(String broker) {
    brokenUntil.put(broker, System.nanoTime() + AFTER_FAILURE.toNanos());
  }

  void served(String broker) {
    if (!brokenUntil.isEmpty()) {
      brokenUntil.remove(broker);
    }
  }

  boolean isBroken(String broker) {
    Long until = brokenUntil.get(broker);
    return until != null && System.nanoTime() - until < 0;
  }
}
