package dev.headgate.server.config;

import java.time.Duration;

/**
 * The section {@code listen}: where clients connect.
 *
 * @param host the address to bind; {@code 0.0.0.0} for all
 * @param port 0 for any free one
 * @param maxFrameBytes the largest request
 * @param idleTimeout after so long without a byte a connection without a call under way is closed
 */
public record ListenConfig(String host, int port, int maxFrameBytes, Duration idleTimeout) {
  /** Loopback, since there is no authentication yet. */
  public static final ListenConfig DEFAULT =
      new ListenConfig("127.0.0.1", 9300, 16 << 20, Duration.ofMinutes(10));
}
