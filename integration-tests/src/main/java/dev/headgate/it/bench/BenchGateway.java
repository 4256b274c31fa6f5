package dev.headgate.it.bench;

import dev.headgate.it.harness.Distribution;
import dev.headgate.it.harness.FreePorts;
import dev.headgate.it.harness.GatewayProcess;
import dev.headgate.it.noop.NoOpEngineProvider;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A gateway to be measured: the defaults of a node with 1.25 GiB of heap, and topics that are made
 * at their first use.
 *
 * @param engine the name of its engine
 * @param settings what the engine is told, as a YAML flow mapping
 * @param partitions of a topic that it makes
 */
record BenchGateway(String engine, String settings, int partitions) {
  static BenchGateway rocketMq(String nameServer, int partitions) {
    return new BenchGateway("rocketmq", "{nameServers: '" + nameServer + "'}", partitions);
  }

  /** Its engine stores nothing and answers at once. */
  static BenchGateway noOp() {
    return new BenchGateway("noop", "{}", 1);
  }

  /** Starts it over a folder; returns when it answers. */
  GatewayProcess start(Distribution distribution, Path folder, List<String> jvmOptions)
      throws IOException {
    Files.createDirectories(folder);
    int port = FreePorts.next();
    int httpPort = FreePorts.next();
    return GatewayProcess.start(
        engine.equals("noop") ? withNoOp(distribution, folder) : distribution,
        Files.writeString(folder.resolve("headgate.yaml"), yaml(folder, port, httpPort)),
        port,
        httpPort,
        folder,
        jvmOptions);
  }

  private String yaml(Path folder, int port, int httpPort) {
    return """
    node:
      name: bench-%d
      dataDir: %s
    listen:
      port: %d
      idleTimeout: 1h
    admin:
      port: %d
    clusters:
      main:
        engine: %s
        settings: %s
    topics:
      - pattern: '*'
        cluster: main
        autoCreate: true
        partitions: %d
    """
        .formatted(port, folder.resolve("data"), port, httpPort, engine, settings, partitions);
  }

  /** The same distribution with this program's own jar as one more plug-in. */
  private static Distribution withNoOp(Distribution distribution, Path folder) throws IOException {
    Path home = Files.createDirectories(folder.resolve("home"));
    Path plugin = Files.createDirectories(home.resolve("plugins").resolve("noop"));
    Files.createSymbolicLink(home.resolve("lib"), distribution.home().resolve("lib"));
    Files.createSymbolicLink(plugin.resolve("noop.jar"), ownJar());
    return new Distribution(home);
  }

  private static Path ownJar() {
    try {
      return Path.of(
          NoOpEngineProvider.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
