package dev.headgate.client;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client was built with, checked. */
record ClientSettings(
    List<NodeAddress> addresses,
    Duration timeout,
    Duration connectTimeout,
    Duration idleTimeout,
    int maxConnections,
    int maxPolls,
    int maxFrameBytes,
    int asyncThreads,
    int asyncQueue,
    Backoff backoff,
    @Nullable String clientId,
    @Nullable String token,
    Codec codec,
    Tracing tracing) {
  ClientSettings {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("address: none (expected: at least one host:port)");
    }
    positive("timeout", timeout);
    positive("connectTimeout", connectTimeout);
    positive("idleTimeout", idleTimeout);
    positive("maxConnections", maxConnections);
    positive("maxPolls", maxPolls);
    positive("maxFrameBytes", maxFrameBytes);
    positive("asyncThreads", asyncThreads);
    positive("asyncQueue", asyncQueue);
    positive("maxOpenedBytes", codec.limit());
  }

  private static void positive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
    }
  }

  private static void positive(String name, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
    }
  }
}
