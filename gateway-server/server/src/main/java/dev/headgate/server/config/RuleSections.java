package dev.headgate.server.config;

import dev.headgate.engine.ReaderSpec.InitialPosition;
import dev.headgate.server.plugin.ClusterConfig;
import dev.headgate.server.routing.Glob;
import dev.headgate.server.routing.GroupPolicy;
import dev.headgate.server.routing.GroupRule;
import dev.headgate.server.routing.TopicRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Reads the sections {@code topics} and {@code groups}, which are lists of rules. */
final class RuleSections {
  /** What a request needs beside its message. */
  static final int FRAME_OVERHEAD_BYTES = 64 << 10;

  private static final int MAX_PARTITIONS = 1024;
  private static final Duration MAX_DELAY = Duration.ofDays(400);
  private static final Duration MAX_LEASE = Duration.ofDays(1);

  private final List<String> clusterNames;
  private final int maxFrameBytes;

  RuleSections(List<ClusterConfig> clusters, int maxFrameBytes) {
    this.clusterNames = clusters.stream().map(ClusterConfig::name).toList();
    this.maxFrameBytes = maxFrameBytes;
  }

  List<TopicRule> topics(Section root) {
    if (!root.has("topics")) {
      root.fault("topics", "missing (expected: at least one entry with pattern and cluster)");
    }
    List<TopicRule> rules = read(root, "topics", this::topic);
    if (root.has("topics") && rules.isEmpty()) {
      root.fault("topics", "empty (expected: at least one entry with pattern and cluster)");
    }
    return rules;
  }

  List<GroupRule> groups(Section root) {
    return read(root, "groups", this::group);
  }

  private <T> List<T> read(Section root, String key, Function<Section, T> reader) {
    List<T> rules = new ArrayList<>();
    Map<String, Integer> linesByPattern = new HashMap<>();
    for (Section entry : root.list(key)) {
      try (Section section = entry) {
        rules.add(reader.apply(section));
        String pattern = section.text("pattern", "");
        Integer earlier = linesByPattern.getOrDefault(pattern, linesByPattern.get("*"));
        if (earlier != null) {
          section.fault(
              "pattern", "never used: line " + earlier + " matches all of '" + pattern + "' first");
        }
        linesByPattern.putIfAbsent(pattern, section.line("pattern"));
      }
    }
    return rules;
  }

  private TopicRule topic(Section section) {
    Glob pattern = pattern(section);
    String cluster = section.requiredText("cluster", "one of: " + String.join(", ", clusterNames));
    if (!cluster.isEmpty() && !clusterNames.contains(cluster)) {
      section.fault(
          "cluster",
          "'" + cluster + "' (expected one of: " + String.join(", ", clusterNames) + ")");
    }
    return new TopicRule(
        pattern,
        cluster,
        section.flag("ordered", false),
        maxMessageBytes(section),
        section.duration("maxDelay", TopicRule.DEFAULT_MAX_DELAY, Duration.ofSeconds(1), MAX_DELAY),
        section.flag("autoCreate", false),
        section.integer("partitions", 0, 1, MAX_PARTITIONS));
  }

  private int maxMessageBytes(Section section) {
    String key = "maxMessageSize";
    int bytes = (int) section.bytes(key, TopicRule.DEFAULT_MAX_MESSAGE_BYTES, 1, 255L << 20);
    int fits = maxFrameBytes - FRAME_OVERHEAD_BYTES;
    if (bytes > fits) {
      section.fault(
          key,
          "%s (expected: at most %s, which is listen.maxFrame less 64KiB; or a larger maxFrame)"
              .formatted(Quantities.shown(bytes), Quantities.shown(fits)));
    }
    return bytes;
  }

  private GroupRule group(Section section) {
    GroupPolicy defaults = GroupPolicy.DEFAULT;
    Glob pattern = pattern(section);
    Duration lease = section.duration("lease", defaults.lease(), Duration.ofSeconds(1), MAX_LEASE);
    Duration maxLease =
        section.duration("maxLease", longer(defaults.maxLease(), lease), lease, MAX_LEASE);
    int maxAttempts = section.integer("maxAttempts", defaults.maxAttempts(), 1, 10_000);
    Duration initial;
    Duration max;
    try (Section backoff = section.section("backoff")) {
      initial = backoff.duration("initial", defaults.backoffInitial(), Duration.ZERO, MAX_LEASE);
      max = backoff.duration("max", longer(defaults.backoffMax(), initial), initial, MAX_LEASE);
    }
    InitialPosition from =
        section.value("initialPosition", defaults.initial(), RuleSections::position);
    long prefetch = section.bytes("prefetch", defaults.prefetchBytes(), 64 << 10, 16L << 30);
    return new GroupRule(
        pattern, new GroupPolicy(lease, maxLease, maxAttempts, initial, max, from, prefetch));
  }

  private static Glob pattern(Section section) {
    String text = section.requiredText("pattern", "a name, with '*' or '?'");
    return text.isBlank() ? Glob.ALL : new Glob(text);
  }

  private static InitialPosition position(String text) {
    return switch (text) {
      case "earliest" -> InitialPosition.EARLIEST;
      case "latest" -> InitialPosition.LATEST;
      default -> throw new IllegalArgumentException("earliest or latest");
    };
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
