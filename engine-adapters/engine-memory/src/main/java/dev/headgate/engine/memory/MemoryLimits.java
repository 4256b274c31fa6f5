package dev.headgate.engine.memory;

import dev.headgate.engine.EngineSettings;
import java.util.Set;

/**
 * How large a cluster of the memory engine may grow.
 *
 * @param partitions of a topic that does not say how many it wants
 * @param maxBytes what all messages of the cluster may take together, each counted with a fixed
 *     overhead
 * @param maxMessageBytes the largest {@link dev.headgate.engine.Message#size()}
 */
public record MemoryLimits(int partitions, int maxBytes, int maxMessageBytes) {
  /** 4 partitions, 256 MiB, and messages of 4 MiB with room for key and headers. */
  public static final MemoryLimits DEFAULT = new MemoryLimits(4, 256 << 20, (4 << 20) + (64 << 10));

  private static final Set<String> KEYS = Set.of("partitions", "maxBytes", "maxMessageBytes");

  /** Refuses limits that are not positive. */
  public MemoryLimits {
    requirePositive("partitions", partitions);
    requirePositive("maxBytes", maxBytes);
    requirePositive("maxMessageBytes", maxMessageBytes);
  }

  /** Reads the limits from a cluster's settings, which must hold nothing else. */
  static MemoryLimits from(EngineSettings settings) {
    settings.requireOnly(KEYS);
    return new MemoryLimits(
        settings.integer("partitions", DEFAULT.partitions, 1, 1024),
        settings.integer("maxBytes", DEFAULT.maxBytes, 1, Integer.MAX_VALUE),
        settings.integer("maxMessageBytes", DEFAULT.maxMessageBytes, 1, Integer.MAX_VALUE));
  }

  private static void requirePositive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
    }
  }
}
