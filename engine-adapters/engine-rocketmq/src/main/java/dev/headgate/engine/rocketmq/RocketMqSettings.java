package dev.headgate.engine.rocketmq;

import dev.headgate.engine.EngineSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The {@code settings} of a cluster whose engine is {@code rocketmq}.
 *
 * @param nameServers {@code nameServers}: {@code host:port}, separated by commas or semicolons
 * @param instanceName {@code instanceName}: tells two engines of one node on one cluster apart
 * @param defaultPartitions {@code defaultPartitions}: queues of a topic for which none are asked
 * @param maxMessageBytes {@code maxMessageBytes}: the broker's {@code maxMessageSize}
 * @param maxBatchBytes {@code maxBatchBytes}: the largest request that appends are aggregated into
 * @param maxBatchMessages {@code maxBatchMessages}: and the most messages of one
 * @param batchesInFlight {@code batchesInFlight}: requests of one topic at one broker that are open
 *     at a time, for unordered appends; what comes meanwhile makes the next batch
 * @param maxPendingBytes {@code maxPendingBytes}: appends that wait or are open; more is throttled
 * @param connectTimeout {@code connectTimeoutMillis}
 * @param sendTimeout {@code sendTimeoutMillis}: of one append request
 * @param requestTimeout {@code requestTimeoutMillis}: of any other request
 * @param pullSuspend {@code pullSuspendMillis}: how long the broker holds a pull that finds nothing
 * @param heartbeatInterval {@code heartbeatMillis}
 * @param lockLifetime {@code lockLifetimeMillis}: a queue whose lock the broker has not confirmed
 *     for so long is given up as lost; below the broker's minute. Renewed after a third of it
 */
record RocketMqSettings(
    List<String> nameServers,
    String instanceName,
    int defaultPartitions,
    int maxMessageBytes,
    int maxBatchBytes,
    int maxBatchMessages,
    int batchesInFlight,
    long maxPendingBytes,
    Duration connectTimeout,
    Duration sendTimeout,
    Duration requestTimeout,
    Duration pullSuspend,
    Duration heartbeatInterval,
    Duration lockLifetime) {
  private static final Set<String> KEYS =
      Set.of(
          "nameServers",
          "instanceName",
          "defaultPartitions",
          "maxMessageBytes",
          "maxBatchBytes",
          "maxBatchMessages",
          "batchesInFlight",
          "maxPendingBytes",
          "connectTimeoutMillis",
          "sendTimeoutMillis",
          "requestTimeoutMillis",
          "pullSuspendMillis",
          "heartbeatMillis",
          "lockLifetimeMillis");

  private static final int SHORTEST = 100;
  private static final int LONGEST_TIMEOUT = 60_000;
  // A broker takes a client for dead that says nothing for two minutes, and its lock for free after
  // one.
  private static final int LONGEST_HEARTBEAT = 30_000;
  private static final int LONGEST_LOCK = 55_000;

  static RocketMqSettings of(EngineSettings settings) {
    settings.requireOnly(KEYS);
    List<String> nameServers =
        Arrays.stream(settings.required("nameServers").split("[,;]", -1))
            .map(String::trim)
            .filter(address -> !address.isEmpty())
            .toList();
    for (String address : nameServers) {
      if (!address.matches("[^:\\s]+:\\d{1,5}")) {
        throw new IllegalArgumentException(
            "clusters.%s.settings.nameServers: %s (expected: host:port)"
                .formatted(settings.cluster(), address));
      }
    }
    return new RocketMqSettings(
        nameServers,
        settings.text("instanceName", "headgate"),
        settings.integer("defaultPartitions", 8, 1, 1024),
        settings.integer("maxMessageBytes", 4 << 20, 1024, 64 << 20),
        settings.integer("maxBatchBytes", 512 << 10, 1024, 4 << 20),
        settings.integer("maxBatchMessages", 512, 1, 10_000),
        settings.integer("batchesInFlight", 2, 1, 64),
        settings.integer("maxPendingBytes", 128 << 20, 1 << 20, Integer.MAX_VALUE),
        millis(settings, "connectTimeoutMillis", 2_000, LONGEST_TIMEOUT),
        millis(settings, "sendTimeoutMillis", 3_000, LONGEST_TIMEOUT),
        millis(settings, "requestTimeoutMillis", 3_000, LONGEST_TIMEOUT),
        millis(settings, "pullSuspendMillis", 15_000, LONGEST_TIMEOUT),
        millis(settings, "heartbeatMillis", 10_000, LONGEST_HEARTBEAT),
        millis(settings, "lockLifetimeMillis", 45_000, LONGEST_LOCK));
  }

  private static Duration millis(
      EngineSettings settings, String key, int defaultMillis, int longestMillis) {
    return Duration.ofMillis(settings.integer(key, defaultMillis, SHORTEST, longestMillis));
  }
}
