package dev.headgate.launcher;

import dev.headgate.sandbox.rocketmq.RocketMqProcess;
import dev.headgate.sandbox.rocketmq.SandboxOptions;
import dev.headgate.server.bootstrap.Gateway;
import dev.headgate.server.bootstrap.StartException;
import dev.headgate.server.config.ConfigException;
import dev.headgate.server.config.ConfigFile;
import dev.headgate.server.config.GatewayConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code headgate dev}. */
@Command(
    name = "dev",
    header = "Runs a gateway with a RocketMQ of its own, for development.",
    description = {
      "Runs a gateway for development, with a real RocketMQ (name server and broker) of its own.",
      "Data stays in a folder and is there again at the next start. Listens on loopback only."
    })
final class DevCommand implements Callable<Integer> {
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration BROKER_FLUSH = Duration.ofMillis(1_500);

  /** The engines that it can bring up. */
  enum EngineKind {
    /** A real broker; messages survive a restart. */
    rocketmq,
    /** Messages live in the gateway's memory, and end with it. */
    memory
  }

  private final Terminal terminal;
  private final Installation installation;

  @Option(
      names = "--engine",
      defaultValue = "rocketmq",
      paramLabel = "ENGINE",
      description = "One of ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})")
  EngineKind engine = EngineKind.rocketmq;

  @Option(
      names = "--port",
      defaultValue = "9300",
      paramLabel = "PORT",
      description =
          "Where the gateway listens; metrics are on the next one; 0 for any free ports (${DEFAULT-VALUE})")
  int port = 9300;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where data stays (.headgate/dev beside the headgate script)")
  @Nullable Path data;

  DevCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.installation = installation;
  }

  @Override
  public Integer call() throws InterruptedException {
    Path folder =
        data == null
            ? installation.work().resolve(".headgate").resolve("dev")
            : data.toAbsolutePath().normalize();
    DataFolder lock = DataFolder.lock(folder);
    RocketMqProcess broker = engine == EngineKind.rocketmq ? startBroker(folder) : null;
    Gateway gateway = startGateway(folder, broker);
    GracefulExit.on(() -> stop(gateway, broker, lock));
    DevWelcome.say(terminal, gateway, broker, folder);
    new CountDownLatch(1).await();
    return ExitCode.DONE;
  }

  private RocketMqProcess startBroker(Path folder) throws InterruptedException {
    terminal.say("headgate: starting RocketMQ (a few seconds) ...");
    try {
      return RocketMqProcess.start(
          SandboxOptions.all(folder.resolve("rocketmq")),
          installation.sandboxClassPath(),
          List.of("-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=4"));
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.FAILED,
          e.getMessage() + "\n  to go on without a broker: ./headgate dev --engine memory",
          e);
    }
  }

  private Gateway startGateway(Path folder, @Nullable RocketMqProcess broker) {
    try {
      return Gateway.start(config(folder, broker), installation.plugins().get());
    } catch (StartException e) {
      if (broker != null) {
        broker.close();
      }
      throw new CommandException(
          ExitCode.FAILED, e.getMessage() + "\n  another port: ./headgate dev --port PORT", e);
    }
  }

  private GatewayConfig config(Path folder, @Nullable RocketMqProcess broker) {
    String cluster =
        broker == null
            ? "engine: memory"
            : "engine: rocketmq\n    settings:\n      nameServers: " + broker.nameServer();
    String text =
        """
        node:
          name: dev
          dataDir: gateway
        listen:
          port: %d
        admin:
          port: %d
        clusters:
          dev:
            %s
        topics:
          - {pattern: "ordered-*", cluster: dev, ordered: true, autoCreate: true}
          - {pattern: "*", cluster: dev, autoCreate: true}
        """
            .formatted(port, port == 0 ? 0 : port + 1, cluster);
    try {
      return ConfigFile.parse(text, "the configuration of 'dev'", folder);
    } catch (ConfigException e) {
      throw new CommandException(ExitCode.USAGE, CheckCommand.text(e), e);
    }
  }

  private void stop(Gateway gateway, @Nullable RocketMqProcess broker, DataFolder lock) {
    terminal.say("");
    terminal.say("headgate: stopping ...");
    gateway.close(GRACE);
    if (broker != null) {
      stopBroker(broker);
    }
    lock.close();
    terminal.say("headgate: stopped");
  }

  /**
   * RocketMQ's own way to stop takes some 20 s of waiting for its thread pools. Nothing that was
   * acknowledged needs it: messages are with the operating system, and group positions are written
   * every second. So it is given that second, and then ended.
   */
  private static void stopBroker(RocketMqProcess broker) {
    try {
      TimeUnit.MILLISECONDS.sleep(BROKER_FLUSH.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    broker.close();
  }
}
