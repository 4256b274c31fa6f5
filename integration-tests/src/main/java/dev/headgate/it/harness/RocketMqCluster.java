package dev.headgate.it.harness;

import dev.headgate.sandbox.rocketmq.RocketMqProcess;
import dev.headgate.sandbox.rocketmq.SandboxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A real name server and a real broker, each in a process of its own. Thread-safe. */
public final class RocketMqCluster implements AutoCloseable {
  private final RocketMqProcess nameServer;
  private final RocketMqProcess broker;

  private RocketMqCluster(RocketMqProcess nameServer, RocketMqProcess broker) {
    this.nameServer = nameServer;
    this.broker = broker;
  }

  /** Starts both over a folder; returns when the name server lists the broker. */
  public static RocketMqCluster start(Distribution distribution, Path data)
      throws IOException, InterruptedException {
    return start(distribution, data, Map.of(), "-Xmx768m");
  }

  /** With RocketMQ properties of its own, and a broker of that size. */
  public static RocketMqCluster start(
      Distribution distribution, Path data, Map<String, String> settings, String brokerHeap)
      throws IOException, InterruptedException {
    String classPath = distribution.sandboxClassPath();
    RocketMqProcess nameServer =
        RocketMqProcess.start(
            SandboxOptions.nameServer(data.resolve("namesrv")), classPath, List.of("-Xmx256m"));
    try {
      return new RocketMqCluster(
          nameServer,
          RocketMqProcess.start(
              SandboxOptions.broker(data.resolve("broker"), nameServer.nameServer()).with(settings),
              classPath,
              List.of(brokerHeap)));
    } catch (IOException | InterruptedException e) {
      nameServer.close();
      throw e;
    }
  }

  /** {@code host:port} of the name server. */
  public String nameServer() {
    return nameServer.nameServer();
  }

  /** The process of the broker, to be killed and started again. */
  public RocketMqProcess broker() {
    return broker;
  }

  /** The process of the name server. */
  public RocketMqProcess nameServerProcess() {
    return nameServer;
  }

  @Override
  public void close() {
    broker.close();
    nameServer.close();
  }
}
