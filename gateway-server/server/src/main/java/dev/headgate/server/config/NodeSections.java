package dev.headgate.server.config;

import dev.headgate.server.consume.ConsumeConfig;
import dev.headgate.server.http.OperatorHttpConfig;
import dev.headgate.server.metrics.MetricsConfig;
import dev.headgate.server.thrift.ThriftEdgeConfig;
import dev.headgate.server.thrift.ThriftEdgeConfig.Limits;
import dev.headgate.server.thrift.ThriftEdgeConfig.Timeouts;
import dev.headgate.server.trace.TracingConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/** Reads the sections that are this process's own, from {@code node} to {@code consume}. */
final class NodeSections {
  private static final Pattern NODE_NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern ADDRESS = Pattern.compile("\\S+:[0-9]{1,5}");
  private static final Pattern URL = Pattern.compile("https?://[^\\s/:]+(:[0-9]{1,5})?(/\\S*)?");
  private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);
  private static final long LARGEST_MEMORY = 1L << 40;

  private NodeSections() {}

  static NodeConfig node(Section root, Path folder) {
    try (Section section = root.section("node")) {
      String name =
          section.value(
              "name",
              hostName(),
              text -> matching(NODE_NAME, text, "1 to 64 letters, digits, '.', '-' and '_'"));
      Path dataDir = folder.resolve(section.text("dataDir", NodeConfig.DEFAULT_DATA_DIR));
      String secretFile = section.text("leaseSecretFile");
      Path secret =
          secretFile == null
              ? dataDir.resolve(NodeConfig.DEFAULT_LEASE_SECRET)
              : folder.resolve(secretFile);
      Duration grace =
          section.duration(
              "stopGrace", NodeConfig.DEFAULT_STOP_GRACE, Duration.ZERO, LONGEST_TIMEOUT);
      String advertise =
          section.value("advertise", "", text -> matching(ADDRESS, text, "host:port"));
      return new NodeConfig(name, dataDir, secret, grace, advertise);
    }
  }

  static ThriftEdgeConfig listen(Section root) {
    ThriftEdgeConfig defaults = ThriftEdgeConfig.DEFAULT;
    try (Section section = root.section("listen")) {
      return new ThriftEdgeConfig(
          section.text("host", defaults.host()),
          section.integer("port", defaults.port(), 0, 65_535),
          section.integer("maxConnections", defaults.maxConnections(), 1, 1_000_000),
          section.integer("eventLoopThreads", defaults.eventLoopThreads(), 1, 1024),
          limits(section, defaults.limits()),
          timeouts(section, defaults.timeouts()));
    }
  }

  static OperatorHttpConfig admin(Section root) {
    OperatorHttpConfig defaults = OperatorHttpConfig.DEFAULT;
    try (Section section = root.section("admin")) {
      return new OperatorHttpConfig(
          section.flag("enabled", defaults.enabled()),
          section.text("host", defaults.host()),
          section.integer("port", defaults.port(), 0, 65_535));
    }
  }

  static MetricsConfig metrics(Section root) {
    MetricsConfig defaults = MetricsConfig.DEFAULT;
    try (Section section = root.section("metrics")) {
      return new MetricsConfig(
          section.integer("maxTopics", defaults.maxTopics(), 0, 1_000_000),
          section.integer("maxGroups", defaults.maxGroups(), 0, 1_000_000),
          section.duration(
              "forgetAfter", defaults.forgetAfter(), Duration.ofMinutes(1), Duration.ofDays(30)));
    }
  }

  static TracingConfig tracing(Section root) {
    try (Section section = root.section("tracing")) {
      return new TracingConfig(
          section.value(
              "endpoint",
              TracingConfig.OFF.endpoint(),
              text -> matching(URL, text, "a URL such as http://collector:4318/v1/traces")));
    }
  }

  static ConsumeConfig consume(Section root) {
    ConsumeConfig defaults = ConsumeConfig.DEFAULT;
    try (Section section = root.section("consume")) {
      return new ConsumeConfig(
          section.duration(
              "commitInterval",
              defaults.commitInterval(),
              Duration.ofMillis(10),
              Duration.ofMinutes(1)),
          section.duration(
              "idleAfter", defaults.idleAfter(), Duration.ofSeconds(1), LONGEST_TIMEOUT),
          defaults.inPlaceDelay(),
          section.bytes("memory", defaults.heldBytes(), 1 << 20, LARGEST_MEMORY),
          section.integer("maxParked", defaults.maxParked(), 1, 10_000_000),
          defaults.maxSpan(),
          defaults.handover());
    }
  }

  private static Limits limits(Section section, Limits defaults) {
    long maxFrame =
        section.bytes(
            "maxFrame", defaults.maxFrameBytes(), 64 << 10, defaults.maxDiscardedFrameBytes());
    return new Limits(
        (int) maxFrame,
        defaults.maxDiscardedFrameBytes(),
        section.bytes(
            "maxRequestMemory",
            Math.max(defaults.maxRequestBytes(), maxFrame),
            maxFrame,
            LARGEST_MEMORY),
        section.integer(
            "maxInFlightPerConnection", defaults.maxInFlightPerConnection(), 1, 100_000),
        defaults.writeLowWaterBytes(),
        defaults.writeHighWaterBytes());
  }

  private static Timeouts timeouts(Section section, Timeouts defaults) {
    return new Timeouts(
        timeout(section, "firstByteTimeout", defaults.firstByte()),
        timeout(section, "requestTimeout", defaults.partialFrame()),
        timeout(section, "slowReaderTimeout", defaults.slowReader()),
        section.duration("idleTimeout", defaults.idle(), Duration.ofSeconds(1), Duration.ofDays(1)),
        defaults.closeGrace());
  }

  private static Duration timeout(Section section, String key, Duration defaultValue) {
    return section.duration(key, defaultValue, Duration.ofSeconds(1), LONGEST_TIMEOUT);
  }

  private static String matching(Pattern pattern, String text, String expected) {
    if (!pattern.matcher(text).matches()) {
      throw new IllegalArgumentException(expected);
    }
    return text;
  }

  private static String hostName() {
    try {
      String name = InetAddress.getLocalHost().getHostName();
      return NODE_NAME.matcher(name).matches() ? name : "headgate";
    } catch (UnknownHostException e) {
      return "headgate";
    }
  }
}
