package dev.headgate.client;

/** A trace for each thread; see {@link Tracing#ofThreads()}. */
final class ThreadTracing implements Tracing {
  static final ThreadTracing INSTANCE = new ThreadTracing();

  private final ThreadLocal<TraceContext> current =
      ThreadLocal.withInitial(() -> TraceContext.NONE);

  private ThreadTracing() {}

  @Override
  public TraceContext current() {
    return current.get();
  }

  @Override
  public Scope enter(TraceContext trace) {
    TraceContext before = current.get();
    current.set(trace);
    return () -> current.set(before);
  }
}
