package dev.headgate.server.trace;

/**
 * The section {@code tracing}: where spans go.
 *
 * @param endpoint an OTLP collector's URL for traces over HTTP; empty for no tracing
 */
public record TracingConfig(String endpoint) {
  /** No tracing. */
  public static final TracingConfig OFF = new TracingConfig("");
}
