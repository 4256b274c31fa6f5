package dev.headgate.server.thrift;

import java.time.Duration;

/**
 * Where the Thrift edge listens and what it allows its peers.
 *
 * @param host address to bind
 * @param port 0 for any free one
 * @param maxConnections a further one is closed at once
 * @param eventLoopThreads 0 for one a processor, at least two
 * @param limits bounds in bytes and calls
 * @param timeouts bounds in time
 */
public record ThriftEdgeConfig(
    String host,
    int port,
    int maxConnections,
    int eventLoopThreads,
    Limits limits,
    Timeouts timeouts) {
  /** What the edge does when nothing is configured. */
  public static final ThriftEdgeConfig DEFAULT =
      new ThriftEdgeConfig("127.0.0.1", 9300, 20_000, 0, Limits.DEFAULT, Timeouts.DEFAULT);

  /** Refuses values that cannot be meant. */
  public ThriftEdgeConfig {
    require(!host.isBlank(), "host", "'" + host + "'", "an address");
    require(port >= 0 && port <= 65_535, "port", port, "0 to 65535");
    require(maxConnections > 0, "maxConnections", maxConnections, "> 0");
    require(eventLoopThreads >= 0, "eventLoopThreads", eventLoopThreads, ">= 0");
  }

  /** The same at another address. */
  public ThriftEdgeConfig withAddress(String newHost, int newPort) {
    return new ThriftEdgeConfig(
        newHost, newPort, maxConnections, eventLoopThreads, limits, timeouts);
  }

  /** The same with other bounds in bytes and calls. */
  public ThriftEdgeConfig withLimits(Limits newLimits) {
    return new ThriftEdgeConfig(host, port, maxConnections, eventLoopThreads, newLimits, timeouts);
  }

  /** The same with other bounds in time. */
  public ThriftEdgeConfig withTimeouts(Timeouts newTimeouts) {
    return new ThriftEdgeConfig(host, port, maxConnections, eventLoopThreads, limits, newTimeouts);
  }

  /**
   * Bounds in bytes and calls.
   *
   * @param maxFrameBytes a larger request is refused with MESSAGE_TOO_LARGE; no more of it is held
   *     than its name
   * @param maxDiscardedFrameBytes a request larger than this closes its connection instead
   * @param maxRequestBytes held for all connections together, from the first byte of a request to
   *     its answer; past it requests are refused with OVERLOADED
   * @param maxInFlightPerConnection calls without an answer; at so many the connection is not read
   * @param writeLowWaterBytes answers waiting in a connection; below it the connection is read
   *     again
   * @param writeHighWaterBytes answers waiting in a connection; above it no answer is encoded for
   *     it and it is not read
   */
  public record Limits(
      int maxFrameBytes,
      int maxDiscardedFrameBytes,
      long maxRequestBytes,
      int maxInFlightPerConnection,
      int writeLowWaterBytes,
      int writeHighWaterBytes) {
    /** Fit for a node with 1 GiB of heap. */
    public static final Limits DEFAULT =
        new Limits(16 << 20, 256 << 20, 256L << 20, 256, 256 << 10, 1 << 20);

    /** Refuses values that cannot be meant. */
    public Limits {
      require(maxFrameBytes >= 4096, "maxFrameBytes", maxFrameBytes, ">= 4096");
      require(
          maxDiscardedFrameBytes >= maxFrameBytes && maxDiscardedFrameBytes <= 256 << 20,
          "maxDiscardedFrameBytes",
          maxDiscardedFrameBytes,
          "maxFrameBytes, " + maxFrameBytes + ", to 268435456");
      require(
          maxRequestBytes >= maxFrameBytes,
          "maxRequestBytes",
          maxRequestBytes,
          "at least maxFrameBytes, " + maxFrameBytes);
      require(
          maxInFlightPerConnection > 0,
          "maxInFlightPerConnection",
          maxInFlightPerConnection,
          "> 0");
      require(writeLowWaterBytes > 0, "writeLowWaterBytes", writeLowWaterBytes, "> 0");
      require(
          writeHighWaterBytes >= writeLowWaterBytes,
          "writeHighWaterBytes",
          writeHighWaterBytes,
          "at least writeLowWaterBytes, " + writeLowWaterBytes);
    }
  }

  /**
   * Bounds in time. They are checked ten times a second.
   *
   * @param firstByte from the connection to its first byte; later also for the TLS handshake
   * @param partialFrame from the first to the last byte of a request
   * @param slowReader how long a client may take nothing, or not the whole of one answer
   * @param idle without a call in flight
   * @param closeGrace how long {@link ThriftEdge#close} waits for answers
   */
  public record Timeouts(
      Duration firstByte,
      Duration partialFrame,
      Duration slowReader,
      Duration idle,
      Duration closeGrace) {
    /** Generous to slow links, too short to be a weapon. */
    public static final Timeouts DEFAULT =
        new Timeouts(
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofMinutes(10),
            Duration.ofSeconds(5));

    /** Refuses values that cannot be meant. */
    public Timeouts {
      requirePositive(firstByte, "firstByte");
      requirePositive(partialFrame, "partialFrame");
      requirePositive(slowReader, "slowReader");
      requirePositive(idle, "idle");
      require(!closeGrace.isNegative(), "closeGrace", closeGrace, ">= 0");
    }

    private static void requirePositive(Duration value, String name) {
      require(!value.isNegative() && !value.isZero(), name, value, "> 0");
    }
  }

  private static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
    }
  }
}
