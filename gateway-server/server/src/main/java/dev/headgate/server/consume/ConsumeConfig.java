package dev.headgate.server.consume;

import java.time.Duration;

/**
 * The node's rules of consumption, the same for every group.
 *
 * @param commitInterval how often settled positions are committed: what a crash may repeat (D11)
 * @param idleAfter a subscription that no client asks for so long, and that has no open leases,
 *     leaves its group
 * @param inPlaceDelay an unordered message that is to wait longer goes to the retry topic (D17)
 * @param heldBytes bodies held for consumers on the whole node (D22)
 * @param maxParked receives parked on the node
 * @param maxSpan messages between a partition's committed position and its read position
 * @param handover how long a partition that moves away waits for its open leases (D20); the engine
 *     waits 5 s at most
 */
public record ConsumeConfig(
    Duration commitInterval,
    Duration idleAfter,
    Duration inPlaceDelay,
    long heldBytes,
    int maxParked,
    int maxSpan,
    Duration handover) {
  /** What a node gets that the configuration does not change. */
  public static final ConsumeConfig DEFAULT =
      new ConsumeConfig(
          Duration.ofSeconds(1),
          Duration.ofSeconds(60),
          Duration.ofSeconds(5),
          256L << 20,
          100_000,
          100_000,
          Duration.ofSeconds(4));

  /** Refuses what cannot work. */
  public ConsumeConfig {
    require(commitInterval.toMillis() >= 10, "commitInterval", commitInterval, ">= 10 ms");
    require(idleAfter.toMillis() >= 1_000, "idleAfter", idleAfter, ">= 1 s");
    require(!inPlaceDelay.isNegative(), "inPlaceDelay", inPlaceDelay, ">= 0");
    require(heldBytes >= 1 << 20, "heldBytes", heldBytes, ">= 1048576");
    require(maxParked >= 1, "maxParked", maxParked, ">= 1");
    require(maxSpan >= 1_000, "maxSpan", maxSpan, ">= 1000");
    require(handover.toMillis() <= 4_500, "handover", handover, "<= 4.5 s");
  }

  private static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
    }
  }
}
