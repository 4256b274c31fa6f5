package dev.headgate.server.http;

/**
 * The section {@code admin}: the HTTP port for operators.
 *
 * @param enabled whether the node opens it
 * @param host the address to bind
 * @param port 0 for any free one
 */
public record OperatorHttpConfig(boolean enabled, String host, int port) {
  /** On loopback, beside the Thrift port. */
  public static final OperatorHttpConfig DEFAULT = new OperatorHttpConfig(true, "127.0.0.1", 9301);
}
