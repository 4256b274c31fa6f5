package dev.headgate.client;

/**
 * Carries trace context between a service's own tracing and the messages and calls of a client. For
 * OpenTelemetry, of its {@code TextMapPropagator propagator} and a {@code TextMapGetter} of maps:
 *
 * <pre>{@code
 * public TraceContext current() {
 *   Map<String, String> headers = new HashMap<>();
 *   propagator.inject(Context.current(), headers, Map::put);
 *   return TraceContext.ofHeaders(headers);
 * }
 *
 * public Scope enter(TraceContext trace) {
 *   return propagator.extract(Context.root(), trace.headers(), getter).makeCurrent()::close;
 * }
 * }</pre>
 *
 * Implementations are thread-safe and throw nothing.
 */
public interface Tracing {
  /**
   * What a call that the calling thread makes now belongs to; {@link TraceContext#NONE}: no trace.
   */
  TraceContext current();

  /**
   * Makes the trace of a received message that of the calling thread; a consumer does so around
   * each handler.
   *
   * @param trace may be {@link TraceContext#NONE}
   * @return to be closed on the same thread, when the message has been handled
   */
  Scope enter(TraceContext trace);

  /** While a trace is a thread's. */
  @FunctionalInterface
  interface Scope extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Hands the trace of a message on, as it is, to what its handler sends on the same thread. Needs
   * no tracing library, and makes no spans.
   */
  static Tracing ofThreads() {
    return ThreadTracing.INSTANCE;
  }
}
