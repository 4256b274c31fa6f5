package dev.headgate.client;

import dev.headgate.idl.gateway.CallContext;
import dev.headgate.idl.gateway.GatewayError;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TException;
import org.apache.thrift.transport.TTransportException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one call of the contract out of as many exchanges as its deadline allows.
 *
 * <p>A failed exchange is repeated when the failure is retryable and repeating cannot do harm:
 * nothing was applied, or the operation is repeatable, or the caller has accepted duplicates. Once
 * an exchange may have been applied, no later refusal makes the call "not applied" again.
 * Thread-safe.
 */
final class Caller {
  private static final Logger log = LoggerFactory.getLogger(Caller.class);

  /** The gateway answers by the deadline; so long after it the connection is held to be dead. */
  private static final Duration GRACE = Duration.ofMillis(250);

  /** Past it the gateway refuses a call; W3C lets it be dropped. */
  private static final int MAX_TRACESTATE = 512;

  private static final long MAX_TIMEOUT_MILLIS = 600_000;

  private final ClientSettings settings;
  private final ConnectionPool pool;
  private final String userAgent;

  Caller(ClientSettings settings, ConnectionPool pool) {
    this.settings = settings;
    this.pool = pool;
    String version = Caller.class.getPackage().getImplementationVersion();
    this.userAgent = "headgate-java/" + (version == null ? "dev" : version);
  }

  Codec codec() {
    return settings.codec();
  }

  Tracing tracing() {
    return settings.tracing();
  }

  /** The options with the trace of the calling thread, unless the caller has set one. */
  CallOptions traced(CallOptions options) {
    return options.trace().isEmpty() ? options.withTrace(settings.tracing().current()) : options;
  }

  /** What is said over one connection. */
  @FunctionalInterface
  interface Exchange<T> {
    T run(Connection connection, CallContext context) throws TException;
  }

  /**
   * Runs an operation to its end.
   *
   * @param parked how long a long poll may park on top of the timeout; zero: not a long poll
   * @throws HeadgateException the last failure
   */
  <T> T call(Operation operation, CallOptions given, Duration parked, Exchange<T> exchange) {
    CallOptions options = traced(given);
    Duration timeout = options.timeout() == null ? settings.timeout() : options.timeout();
    Lane lane = parked.isZero() ? Lane.CALL : Lane.POLL;
    long deadline = System.nanoTime() + timeout.plus(parked).toNanos();
    boolean uncertain = false;
    for (int retry = 0; ; retry++) {
      try {
        return attempt(lane, options, deadline, exchange);
      } catch (HeadgateException failure) {
        uncertain |= failure.outcome() == Outcome.UNKNOWN;
        HeadgateException known = uncertain ? failure.afterUncertainAttempt() : failure;
        boolean harmless = !uncertain || operation.repeatable() || options.retryUncertain();
        long pause = settings.backoff().pause(retry, failure.retryAfter()).toNanos();
        if (!failure.retryable() || !harmless || System.nanoTime() + pause - deadline >= 0) {
          throw known;
        }
        log.debug("{} failed, trying again: {}", operation, failure.toString());
        pause(pause, known);
      }
    }
  }

  private <T> T attempt(Lane lane, CallOptions options, long deadline, Exchange<T> exchange) {
    Connection connection = pool.borrow(lane, deadline);
    boolean usable = false;
    try {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left < 1) {
        usable = true;
        throw HeadgateException.local(
            ErrorCode.DEADLINE_EXCEEDED,
            Outcome.NOT_APPLIED,
            "no connection to the gateway within the call's timeout",
            null);
      }
      connection.begin(deadline + GRACE.toNanos());
      T answer = exchange.run(connection, context(options, left));
      usable = true;
      connection.endpoint().succeeded();
      return answer;
    } catch (GatewayError error) {
      usable = true;
      HeadgateException failure = Wire.exception(error.getFailure());
      if (failure.code() == ErrorCode.DRAINING) {
        pool.avoid(connection.endpoint());
      }
      throw failure;
    } catch (TApplicationException e) {
      usable = e.getType() == TApplicationException.UNKNOWN_METHOD;
      throw Wire.exception(e);
    } catch (TException | RuntimeException e) {
      if (e instanceof HeadgateException own) {
        throw own;
      }
      throw broken(connection, deadline, e);
    } finally {
      pool.giveBack(connection, usable);
    }
  }

  private HeadgateException broken(Connection connection, long deadline, Exception cause) {
    Outcome outcome = connection.written() ? Outcome.UNKNOWN : Outcome.NOT_APPLIED;
    String node = connection.endpoint().address().toString();
    if (Thread.currentThread().isInterrupted()) {
      return HeadgateException.local(
          ErrorCode.INTERRUPTED, outcome, "interrupted in a call to " + node, cause);
    }
    if (!isLostConnection(cause)) {
      return HeadgateException.local(
          connection.written() ? ErrorCode.BAD_REPLY : ErrorCode.INVALID_ARGUMENT,
          outcome,
          (connection.written() ? "unreadable answer of " : "request that cannot be written to ")
              + node
              + ": "
              + cause,
          cause);
    }
    pool.avoid(connection.endpoint());
    boolean late = System.nanoTime() - deadline >= 0;
    return HeadgateException.local(
        late ? ErrorCode.DEADLINE_EXCEEDED : ErrorCode.GATEWAY_UNREACHABLE,
        outcome,
        (late ? "no answer in time from " : "connection lost to ") + node + ": " + cause,
        cause);
  }

  /** Of what a transport throws, the rest means that nonsense was read. */
  private static boolean isLostConnection(Exception cause) {
    return cause instanceof TTransportException transport
        && transport.getType() != TTransportException.CORRUPTED_DATA
        && transport.getType() != TTransportException.MESSAGE_SIZE_LIMIT;
  }

  private CallContext context(CallOptions options, long leftMillis) {
    CallContext context =
        new CallContext()
            .setTimeoutMillis(Math.min(leftMillis, MAX_TIMEOUT_MILLIS))
            .setUserAgent(userAgent);
    if (settings.clientId() != null) {
      context.setClientId(settings.clientId());
    }
    if (settings.token() != null) {
      context.setToken(settings.token());
    }
    if (options.traceparent() != null) {
      context.setTraceparent(options.traceparent());
    }
    String state = options.tracestate();
    if (state != null && state.length() <= MAX_TRACESTATE) {
      context.setTracestate(state);
    }
    return context;
  }

  private static void pause(long nanos, HeadgateException failure) {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw HeadgateException.local(
          ErrorCode.INTERRUPTED, failure.outcome(), "interrupted between retries", failure);
    }
  }
}
