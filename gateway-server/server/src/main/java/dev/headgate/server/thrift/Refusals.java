package dev.headgate.server.thrift;

import dev.headgate.server.metrics.GatewayMetrics;
import dev.headgate.server.time.LogThrottle;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the connections that are closed for a reason of ours, and logs a few of them: one each ten
 * seconds for each reason, with the number of the others. Thread-safe.
 */
final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
  private static final Duration QUIET = Duration.ofSeconds(10);

  private final GatewayMetrics metrics;
  private final Map<Misfit, LogThrottle> throttles = new EnumMap<>(Misfit.class);

  Refusals(GatewayMetrics metrics) {
    this.metrics = metrics;
    for (Misfit misfit : Misfit.values()) {
      throttles.put(misfit, new LogThrottle(QUIET));
    }
  }

  /** A connection is about to be closed. */
  void count(Misfit misfit, @Nullable Object peer) {
    metrics.refusedConnections(misfit.reason()).inc();
    LogThrottle throttle = throttles.get(misfit);
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
}
