package dev.headgate.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.engine.ReaderSpec.InitialPosition;
import dev.headgate.server.consume.ConsumeConfig;
import dev.headgate.server.http.OperatorHttpConfig;
import dev.headgate.server.metrics.MetricsConfig;
import dev.headgate.server.routing.Glob;
import dev.headgate.server.routing.GroupPolicy;
import dev.headgate.server.routing.TopicRule;
import dev.headgate.server.thrift.ThriftEdgeConfig;
import dev.headgate.server.thrift.ThriftEdgeConfig.Limits;
import dev.headgate.server.thrift.ThriftEdgeConfig.Timeouts;
import dev.headgate.server.trace.TracingConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
  private static final String SMALLEST =
      """
      clusters:
        main:
          engine: memory
      topics:
        - pattern: "*"
          cluster: main
      """;

  @TempDir Path folder;

  @Test
  void smallestFileGetsEveryDefault() throws Exception {
    GatewayConfig config = parse(SMALLEST);

    assertThat(config.listen()).isEqualTo(ThriftEdgeConfig.DEFAULT);
    assertThat(config.listen().host()).isEqualTo("127.0.0.1");
    assertThat(config.listen().port()).isEqualTo(9300);
    assertThat(config.admin()).isEqualTo(new OperatorHttpConfig(true, "127.0.0.1", 9301));
    assertThat(config.metrics()).isEqualTo(new MetricsConfig(1_000, 1_000, Duration.ofHours(1)));
    assertThat(config.tracing()).isEqualTo(TracingConfig.OFF);
    assertThat(config.consume()).isEqualTo(ConsumeConfig.DEFAULT);
    assertThat(config.node().name()).isNotBlank();
    assertThat(config.node().dataDir()).isEqualTo(folder.resolve("headgate-data"));
    assertThat(config.node().leaseSecretFile())
        .isEqualTo(folder.resolve("headgate-data").resolve("lease-secret"));
    assertThat(config.node().stopGrace()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.clusters())
        .singleElement()
        .satisfies(
            cluster -> {
              assertThat(cluster.name()).isEqualTo("main");
              assertThat(cluster.engine()).isEqualTo("memory");
              assertThat(cluster.dataCentre()).isEmpty();
              assertThat(cluster.settings()).isEmpty();
            });
    assertThat(config.topics())
        .containsExactly(
            new TopicRule(Glob.ALL, "main", false, 4 << 20, Duration.ofDays(40), false, 0));
    assertThat(config.groups()).isEmpty();
  }

  @Test
  void defaultsOfAGroupArePinned() throws Exception {
    GatewayConfig config = parse(SMALLEST + "groups:\n  - pattern: g\n");

    assertThat(config.groups().get(0).policy())
        .isEqualTo(
            new GroupPolicy(
                Duration.ofSeconds(30),
                Duration.ofMinutes(15),
                16,
                Duration.ofSeconds(1),
                Duration.ofMinutes(5),
                InitialPosition.EARLIEST,
                64L << 20));
  }

  @Test
  void everyKeyIsRead() throws Exception {
    GatewayConfig config =
        parse(
            """
            node:
              name: gate-1
              dataDir: /var/lib/headgate
              leaseSecretFile: secret
              stopGrace: 45s
              advertise: gate-1.example:9000
            listen:
              host: 0.0.0.0
              port: 9000
              maxConnections: 500
              eventLoopThreads: 3
              maxFrame: 32MiB
              maxRequestMemory: 1GiB
              maxInFlightPerConnection: 64
              firstByteTimeout: 5s
              requestTimeout: 6s
              slowReaderTimeout: 7s
              idleTimeout: 2m
            admin:
              enabled: false
              host: 10.0.0.7
              port: 9400
            metrics:
              maxTopics: 200
              maxGroups: 300
              forgetAfter: 10m
            tracing:
              endpoint: http://collector:4318/v1/traces
            consume:
              commitInterval: 200ms
              idleAfter: 30s
              memory: 128MiB
              maxParked: 5000
            clusters:
              main:
                engine: rocketmq
                dataCentre: east
                settings:
                  nameServers: "a:9876;b:9876"
                  retries: 3
            topics:
              - pattern: orders-*
                cluster: main
                ordered: true
                maxMessageSize: 1MiB
                maxDelay: 2d
                autoCreate: true
                partitions: 12
            groups:
              - pattern: billing-*
                lease: 1m
                maxLease: 1h
                maxAttempts: 3
                backoff:
                  initial: 100ms
                  max: 10s
                initialPosition: latest
                prefetch: 8MiB
            """);

    assertThat(config.node())
        .isEqualTo(
            new NodeConfig(
                "gate-1",
                Path.of("/var/lib/headgate"),
                folder.resolve("secret"),
                Duration.ofSeconds(45),
                "gate-1.example:9000"));
    ThriftEdgeConfig edge = ThriftEdgeConfig.DEFAULT;
    assertThat(config.listen())
        .isEqualTo(
            new ThriftEdgeConfig(
                "0.0.0.0",
                9000,
                500,
                3,
                new Limits(
                    32 << 20,
                    edge.limits().maxDiscardedFrameBytes(),
                    1 << 30,
                    64,
                    edge.limits().writeLowWaterBytes(),
                    edge.limits().writeHighWaterBytes()),
                new Timeouts(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(6),
                    Duration.ofSeconds(7),
                    Duration.ofMinutes(2),
                    edge.timeouts().closeGrace())));
    assertThat(config.admin()).isEqualTo(new OperatorHttpConfig(false, "10.0.0.7", 9400));
    assertThat(config.metrics()).isEqualTo(new MetricsConfig(200, 300, Duration.ofMinutes(10)));
    assertThat(config.tracing().endpoint()).isEqualTo("http://collector:4318/v1/traces");
    assertThat(config.consume().commitInterval()).isEqualTo(Duration.ofMillis(200));
    assertThat(config.consume().idleAfter()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.consume().heldBytes()).isEqualTo(128 << 20);
    assertThat(config.consume().maxParked()).isEqualTo(5000);
    assertThat(config.clusters().get(0).dataCentre()).isEqualTo("east");
    assertThat(config.clusters().get(0).settings())
        .isEqualTo(Map.of("nameServers", "a:9876;b:9876", "retries", "3"));
    assertThat(config.topics())
        .containsExactly(
            new TopicRule(
                new Glob("orders-*"), "main", true, 1 << 20, Duration.ofDays(2), true, 12));
    assertThat(config.groups().get(0).policy())
        .isEqualTo(
            new GroupPolicy(
                Duration.ofMinutes(1),
                Duration.ofHours(1),
                3,
                Duration.ofMillis(100),
                Duration.ofSeconds(10),
                InitialPosition.LATEST,
                8L << 20));
  }

  @Test
  void allFaultsAreToldAtOnceWithLineAndKey() {
    assertThat(
            faults(
                """
                node:
                  stopgrace: 30s
                listen:
                  port: 99999
                clusters:
                  main:
                    engine: memory
                topics:
                  - pattern: a
                    cluster: mian
                    maxMessageSize: 4MB
                groups:
                  - pattern: g
                    lease: 20
                """))
        .containsExactly(
            "headgate.yaml:2: node.stopgrace: unknown key, did you mean 'stopGrace'?"
                + " (expected one of: advertise, dataDir, leaseSecretFile, name, stopGrace)",
            "headgate.yaml:4: listen.port: '99999' (expected: a whole number, 0 to 65535)",
            "headgate.yaml:10: topics[0].cluster: 'mian' (expected one of: main)",
            "headgate.yaml:11: topics[0].maxMessageSize: '4MB' (expected: a size such as 512B,"
                + " 64KiB, 4MiB or 1GiB, from 1B to 255MiB)",
            "headgate.yaml:14: groups[0].lease: '20' (expected: a duration such as 500ms, 30s, 5m,"
                + " 2h or 40d, from 1s to 1d)");
  }

  @Test
  void missingSectionsAreTold() {
    assertThat(faults("node:\n  name: a\n"))
        .containsExactly(
            "headgate.yaml:1: clusters: missing (expected: at least one cluster with its engine)",
            "headgate.yaml:1: topics: missing (expected: at least one entry with pattern and"
                + " cluster)");
    assertThat(faults("")).hasSize(2);
    assertThat(faults("clusters:\ntopics:\n"))
        .anySatisfy(fault -> assertThat(fault).contains("clusters: empty"));
  }

  @Test
  void laterFeaturesAreRefusedByName() {
    assertThat(faults(SMALLEST + "pairs:\n  x: 1\nclients: []\n"))
        .containsExactly(
            "headgate.yaml:7: pairs: not offered yet by this version (expected: leave it out)",
            "headgate.yaml:9: clients: not offered yet by this version (expected: leave it out)");
  }

  @Test
  void wrongShapesAreTold() {
    assertThat(faults("clusters: 3\ntopics:\n  pattern: a\n"))
        .containsExactly(
            "headgate.yaml:1: clusters: '3' (expected: a section with keys)",
            "headgate.yaml:1: clusters: empty (expected: at least one cluster with its engine)",
            "headgate.yaml:2: topics: a section (expected: a list, each entry with '- ' before it)",
            "headgate.yaml:2: topics: empty (expected: at least one entry with pattern and"
                + " cluster)");
    assertThat(faults("- a\n"))
        .containsExactly(
            "headgate.yaml:1: a list (expected: the sections node, listen, admin, metrics, tracing, consume, clusters,"
                + " topics, groups)");
  }

  @Test
  void ruleThatIsNeverReachedIsTold() {
    assertThat(faults(SMALLEST + "  - pattern: orders\n    cluster: main\n"))
        .containsExactly(
            "headgate.yaml:7: topics[1].pattern: never used: line 5 matches all of 'orders' first");
  }

  @Test
  void keyThatStandsTwiceIsTold() {
    assertThat(faults("listen:\n  port: 1\n  port: 2\n"))
        .containsExactly("headgate.yaml:3: listen.port: stands twice (first in line 2)");
  }

  @Test
  void brokenYamlNamesTheLine() {
    assertThat(faults("clusters:\n  main: {engine: memory\ntopics: []\n"))
        .singleElement()
        .asString()
        .startsWith("headgate.yaml:3: not YAML: ");
  }

  @Test
  void anchorsAreRefused() {
    assertThat(faults("node: &n\n  name: a\nlisten: *n\n"))
        .allSatisfy(fault -> assertThat(fault).contains("an anchor or alias"));
  }

  @Test
  void leaseLongerThanItsMaximumIsTold() {
    assertThat(faults(SMALLEST + "groups:\n  - pattern: g\n    lease: 5m\n    maxLease: 1m\n"))
        .singleElement()
        .asString()
        .startsWith("headgate.yaml:10: groups[0].maxLease: '1m' (expected: a duration")
        .endsWith("from 5m to 1d)");
  }

  @Test
  void messageThatCannotPassTheFrameIsTold() {
    assertThat(
            faults(SMALLEST.replace("cluster: main", "cluster: main\n    maxMessageSize: 16MiB")))
        .singleElement()
        .asString()
        .startsWith("headgate.yaml:7: topics[0].maxMessageSize: 16MiB (expected: at most");
  }

  @Test
  void sampleOfTheManualIsRight() throws Exception {
    GatewayConfig config = ConfigFile.load(Path.of("../../docs/operations/headgate.yaml"));

    assertThat(config.clusters()).hasSize(1);
    assertThat(config.topics()).hasSize(3);
    assertThat(config.groups()).hasSize(2);
  }

  @Test
  void manualNamesEveryKey() throws Exception {
    String manual = Files.readString(Path.of("../../docs/operations/README.md"));

    for (String section : List.of("node", "listen", "consume", "topics", "groups")) {
      String text =
          section.equals("topics") || section.equals("groups")
              ? section + ": [{}]"
              : section + ": {zzzzzzzzzzzzzzzz: 1}";
      String known = String.join("\n", faults(text.replace("{}", "{zzzzzzzzzzzzzzzz: 1}")));
      String keys = known.replaceAll("(?s).*unknown key \\(expected one of: ([^)]*)\\).*", "$1");
      for (String key : keys.split(", ")) {
        assertThat(manual).as(section).containsPattern("`" + key + "[`.]");
      }
    }
  }

  @Test
  void fileThatIsNotThereIsTold() {
    assertThatThrownBy(() -> ConfigFile.load(folder.resolve("none.yaml")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            folder.resolve("none.yaml")
                + ": there is no such file (expected: a configuration in YAML)");
  }

  @Test
  void relativePathsCountFromTheFile() throws Exception {
    Path file = Files.writeString(folder.resolve("headgate.yaml"), SMALLEST);

    assertThat(ConfigFile.load(file).node().dataDir()).isEqualTo(folder.resolve("headgate-data"));
  }

  private GatewayConfig parse(String text) throws ConfigException {
    return ConfigFile.parse(text, "headgate.yaml", folder);
  }

  private List<String> faults(String text) {
    try {
      throw new AssertionError("accepted: " + parse(text));
    } catch (ConfigException e) {
      return String.valueOf(e.getMessage()).lines().toList();
    }
  }
}
