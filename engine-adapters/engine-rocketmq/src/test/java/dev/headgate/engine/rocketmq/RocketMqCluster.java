package dev.headgate.engine.rocketmq;

import dev.headgate.engine.EngineContext;
import dev.headgate.engine.EngineSettings;
import dev.headgate.sandbox.rocketmq.RocketMqProcess;
import dev.headgate.sandbox.rocketmq.SandboxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A name server and a broker, each in a process of its own, started once for all test classes of
 * the module.
 */
final class RocketMqCluster implements BeforeAllCallback {
  private final Map<String, String> brokerProperties;
  private Processes processes = new Processes();

  /** Silent producers are asked each second, four times. */
  RocketMqCluster() {
    this(
        Map.of(
            "transactionTimeOut", "1000",
            "transactionCheckInterval", "1000",
            "transactionCheckMax", "4"));
  }

  RocketMqCluster(Map<String, String> brokerProperties) {
    this.brokerProperties = brokerProperties;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    processes =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(RocketMqCluster.class))
            .computeIfAbsent("cluster" + brokerProperties, key -> start(), Processes.class);
  }

  RocketMqProcess broker() {
    return processes.broker();
  }

  String nameServer() {
    return processes.nameServer().nameServer();
  }

  /** An engine on this cluster, eager to notice changes. */
  RocketMqEngine open(EngineContext context, String... settings) {
    Map<String, String> values = new HashMap<>();
    values.put("nameServers", nameServer());
    values.put("heartbeatMillis", "1000");
    values.put("lockLifetimeMillis", "9000");
    for (int i = 0; i < settings.length; i += 2) {
      values.put(settings[i], settings[i + 1]);
    }
    return (RocketMqEngine)
        new RocketMqEngineProvider().open(new EngineSettings("test", "", values), context);
  }

  private Processes start() {
    try {
      Path folder = Files.createTempDirectory("rocketmq-test");
      RocketMqProcess nameServer =
          RocketMqProcess.start(SandboxOptions.nameServer(folder.resolve("namesrv")));
      RocketMqProcess broker =
          RocketMqProcess.start(
              SandboxOptions.broker(folder.resolve("broker"), nameServer.nameServer())
                  .with(brokerProperties));
      return new Processes(folder, nameServer, broker);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Closed by JUnit after the last test. */
  static final class Processes implements AutoCloseable {
    private final Path folder;
    private final RocketMqProcess[] running;

    Processes(Path folder, RocketMqProcess... running) {
      this.folder = folder;
      this.running = running;
    }

    Processes() {
      this(Path.of(""));
    }

    RocketMqProcess nameServer() {
      return running[0];
    }

    RocketMqProcess broker() {
      return running[1];
    }

    @Override
    public void close() throws IOException {
      for (RocketMqProcess process : running) {
        process.close();
      }
      try (var paths = Files.walk(folder)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }
}
