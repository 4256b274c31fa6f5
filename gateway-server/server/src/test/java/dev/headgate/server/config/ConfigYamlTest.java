package dev.headgate.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigYamlTest {
  private static final Path FOLDER = Path.of("/etc/headgate");
  private static final String CONFIG =
      """
      node: {name: gate-1, stopGrace: 5s, advertise: "gate:9300"}
      listen: {port: 9400, maxFrame: 8MiB, maxRequestMemory: 100MiB, idleTimeout: 90s}
      admin: {port: 0}
      consume: {memory: 64MiB, commitInterval: 200ms}
      clusters:
        main:
          engine: rocketmq
          dataCentre: east
          settings: {nameServers: "mq:9876", accessKey: reader, secretKey: hush}
      topics:
        - {pattern: "orders-*", cluster: main, ordered: true, partitions: 16, maxMessageSize: 1MiB}
        - {pattern: "*", cluster: main, maxDelay: 90m}
      groups:
        - {pattern: "slow-*", lease: 5m, maxLease: 1h, backoff: {initial: 10s, max: 10m}, initialPosition: latest}
      """;

  @Test
  void whatIsWrittenOutIsReadAsTheSame() throws Exception {
    GatewayConfig config = parse(CONFIG.replace(", secretKey: hush", ""));

    GatewayConfig again = parse(ConfigYaml.of(config));

    assertThat(ReloadRules.needRestart(config, again)).isEmpty();
    assertThat(again.topics()).isEqualTo(config.topics());
    assertThat(again.groups()).startsWith(config.groups().get(0));
    assertThat(again.groups()).hasSize(2);
  }

  @Test
  void defaultsAreShownAndSecretsAreNot() throws Exception {
    String yaml = ConfigYaml.of(parse(CONFIG));

    assertThat(yaml)
        .contains("maxParked: 100000")
        .contains("nameServers: mq:9876")
        .contains("secretKey: (hidden)")
        .doesNotContain("hush");
  }

  @Test
  void whatCannotChangeWhileTheNodeRunsIsNamed() throws Exception {
    GatewayConfig before = parse(CONFIG);

    assertThat(
            ReloadRules.needRestart(
                before,
                parse(CONFIG.replace("port: 9400", "port: 9401").replace("mq:9876", "mq:9877"))))
        .satisfiesExactly(
            fault -> assertThat(fault).startsWith("listen: changed, and takes effect at a restart"),
            fault -> assertThat(fault).startsWith("clusters: changed"));
    assertThat(ReloadRules.needRestart(before, parse("# moved down\n" + CONFIG))).isEmpty();
    assertThat(ReloadRules.needRestart(before, parse(CONFIG.replace("lease: 5m", "lease: 6m"))))
        .isEmpty();
  }

  private static GatewayConfig parse(String text) throws ConfigException {
    return ConfigFile.parse(text, "headgate.yaml", FOLDER);
  }
}
