package dev.headgate.server.thrift;

import com.codahale.metrics.Counter;
import dev.headgate.idl.gateway.Category;
import dev.headgate.idl.gateway.Failure;
import dev.headgate.idl.gateway.GatewayError;
import dev.headgate.idl.gateway.Outcome;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.metrics.GatewayMetrics;
import dev.headgate.server.time.LogThrottle;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes failures of the core as failures of the contract. Anything but a {@link GatewayException}
 * is a defect: the caller gets a reference, the log gets the rest, with one stack trace a second.
 * Thread-safe.
 */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private final Map<ErrorCode, Counter> failed = new EnumMap<>(ErrorCode.class);
  private final Counter rejected;
  private final LogThrottle traces = new LogThrottle(Duration.ofSeconds(1));

  /** Counts them in those metrics. */
  Failures(GatewayMetrics metrics) {
    for (ErrorCode code : ErrorCode.values()) {
      failed.put(code, metrics.failedCalls(code.name()));
    }
    this.rejected = metrics.failedCalls(GatewayMetrics.PROTOCOL);
  }

  /** A request is answered that is no call. */
  void rejected() {
    rejected.inc();
  }

  /** The contract's exception. */
  GatewayError error(Throwable failure, String method) {
    return new GatewayError(failure(failure, method));
  }

  /** The contract's description, for the entry of a batch too. */
  Failure failure(Throwable failure, String method) {
    Throwable cause = unwrapped(failure);
    if (cause instanceof GatewayException known) {
      return failure(known);
    }
    String reference =
        Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE).substring(4);
    if (traces.pass(System.nanoTime()) >= 0) {
      LOG.error("{} failed, reference {}", method, reference, cause);
    } else {
      LOG.error("{} failed, reference {}: {}", method, reference, cause.toString());
    }
    // The core may have got anywhere before it failed.
    return failure(
        new GatewayException(
            ErrorCode.INTERNAL,
            dev.headgate.server.error.Outcome.UNKNOWN,
            "internal error, reference " + reference));
  }

  private Failure failure(GatewayException known) {
    ErrorCode code = known.code();
    Counter counter = failed.get(code);
    if (counter != null) {
      counter.inc();
    }
    String text = known.getMessage() == null ? code.name() : known.getMessage();
    Failure failure =
        new Failure(
            code.number(),
            category(code.category()),
            text,
            code.retryable(),
            outcome(known.outcome()));
    if (!known.retryAfter().isZero()) {
      failure.setRetryAfterMillis(known.retryAfter().toMillis());
    }
    if (!known.details().isEmpty()) {
      failure.setDetails(known.details());
    }
    return failure;
  }

  private static Category category(ErrorCode.Category category) {
    return switch (category) {
      case CALLER -> Category.CALLER;
      case LIMIT -> Category.LIMIT;
      case AVAILABILITY -> Category.AVAILABILITY;
      case INTERNAL -> Category.INTERNAL;
    };
  }

  private static Outcome outcome(dev.headgate.server.error.Outcome outcome) {
    return switch (outcome) {
      case NOT_APPLIED -> Outcome.NOT_APPLIED;
      case UNKNOWN -> Outcome.UNKNOWN;
    };
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable current = failure;
    while ((current instanceof CompletionException || current instanceof ExecutionException)
        && current.getCause() != null) {
      current = current.getCause();
    }
    return current;
  }
}
