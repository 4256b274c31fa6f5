package dev.headgate.server.thrift;

import dev.headgate.server.metrics.GatewayMetrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the connections that are closed for a reason of ours, and logs a few of them: one each ten
 * seconds for each reason, with the number of the others. Thread-safe.
 */
final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final GatewayMetrics metrics;
  private final Map<Misfit, Throttle> throttles = new EnumMap<>(Misfit.class);

  Refusals(GatewayMetrics metrics) {
    this.metrics = metrics;
    for (Misfit misfit : Misfit.values()) {
      throttles.put(misfit, new Throttle());
    }
  }

  /** A connection is about to be closed. */
  void count(Misfit misfit, @Nullable Object peer) {
    metrics.refusedConnections(misfit.reason()).inc();
    Throttle throttle = throttles.get(misfit);
    long others = throttle == null ? 0 : throttle.pass(System.nanoTime());
    if (others >= 0) {
      LOG.info(
          "closing the connection of {}: {} ({}; {} more since the last such line)",
          peer,
          misfit.looksLike(),
          misfit.reason(),
          others);
    }
  }

  /** Lets one through, then none for a while. */
  private static final class Throttle {
    private final AtomicLong openAt = new AtomicLong(System.nanoTime());
    private final AtomicLong held = new AtomicLong();

    /** How many were held back since the last one that passed; -1 when this one is held back. */
    long pass(long now) {
      long open = openAt.get();
      if (now - open >= 0 && openAt.compareAndSet(open, now + QUIET_NANOS)) {
        return held.getAndSet(0);
      }
      held.incrementAndGet();
      return -1;
    }
  }
}
