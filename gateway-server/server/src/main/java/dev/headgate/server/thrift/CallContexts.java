package dev.headgate.server.thrift;

import dev.headgate.idl.gateway.CallContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The limits of what every call carries. */
final class CallContexts {
  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
  private static final long MAX_TIMEOUT_MILLIS = 600_000;
  private static final int MAX_CLIENT_ID_BYTES = 255;
  private static final int MAX_TRACESTATE_BYTES = 512;
  private static final int MAX_TRACEPARENT_BYTES = 128;
  private static final int MAX_USER_AGENT_BYTES = 128;

  private CallContexts() {}

  /** Fails with INVALID_ARGUMENT. */
  static void check(@Nullable CallContext context) {
    if (context == null) {
      return;
    }
    if (context.isSetTimeoutMillis()) {
      Arguments.within("context.timeoutMillis", context.getTimeoutMillis(), 1, MAX_TIMEOUT_MILLIS);
    }
    Arguments.atMostBytes("context.clientId", context.getClientId(), MAX_CLIENT_ID_BYTES);
    Arguments.atMostBytes("context.traceparent", context.getTraceparent(), MAX_TRACEPARENT_BYTES);
    Arguments.atMostBytes("context.tracestate", context.getTracestate(), MAX_TRACESTATE_BYTES);
    Arguments.atMostBytes("context.userAgent", context.getUserAgent(), MAX_USER_AGENT_BYTES);
  }

  /** How long the caller waits. */
  static Duration timeout(@Nullable CallContext context) {
    return context != null && context.isSetTimeoutMillis()
        ? Duration.ofMillis(context.getTimeoutMillis())
        : DEFAULT_TIMEOUT;
  }
}
