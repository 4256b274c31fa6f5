package dev.headgate.it.bench;

import dev.headgate.idl.admin.CreateTopicRequest;
import dev.headgate.idl.admin.TopicSpec;
import dev.headgate.it.harness.ChildProcess;
import dev.headgate.it.harness.Distribution;
import dev.headgate.it.harness.GatewayConfigFile;
import dev.headgate.it.harness.GatewayProcess;
import dev.headgate.it.harness.JavaCommand;
import dev.headgate.it.harness.RocketMqCluster;
import dev.headgate.it.harness.Wire;
import dev.headgate.it.load.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.thrift.TException;
import org.jspecify.annotations.Nullable;

/** The broker and the gateway of a run, and the load generators against them, one at a time. */
final class Rig implements AutoCloseable {
  private static final Duration LOAD_LIMIT = Duration.ofMinutes(8);
  private static final int PARTITIONS = 8;

  private final Path folder;
  private final RocketMqCluster cluster;
  private final @Nullable GatewayProcess gateway;
  private int runs;

  private Rig(Path folder, RocketMqCluster cluster, @Nullable GatewayProcess gateway) {
    this.folder = folder;
    this.cluster = cluster;
    this.gateway = gateway;
  }

  static Rig start(Distribution distribution, Path folder, boolean withGateway)
      throws IOException, InterruptedException {
    Map<String, String> settings =
        Map.of(
            "mappedFileSizeCommitLog",
            Integer.toString(256 << 20),
            "mappedFileSizeConsumeQueue",
            "6000000",
            "defaultTopicQueueNums",
            Integer.toString(PARTITIONS),
            "autoCreateTopicEnable",
            "true");
    RocketMqCluster cluster =
        RocketMqCluster.start(distribution, folder.resolve("rocketmq"), settings, "-Xmx2g");
    try {
      GatewayProcess gateway =
          withGateway
              ? GatewayProcess.start(
                  distribution,
                  GatewayConfigFile.of(cluster),
                  folder.resolve("gateway"),
                  List.of("-Xmx1g"))
              : null;
      return new Rig(folder, cluster, gateway);
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** The folder of the run: logs, and the broker's messages. */
  Path folder() {
    return folder;
  }

  String nameServer() {
    return cluster.nameServer();
  }

  int gatewayPort() {
    return requireGateway().port();
  }

  /** Creates a topic of eight partitions; without a gateway, the broker makes it at first use. */
  void createTopic(String topic) throws TException {
    if (gateway == null) {
      return;
    }
    try (Wire wire = Wire.connect(gateway.port())) {
      wire.admin()
          .createTopic(
              new CreateTopicRequest()
                  .setContext(Wire.within(Duration.ofSeconds(20)))
                  .setSpec(new TopicSpec().setTopic(topic).setPartitions(PARTITIONS)));
    }
  }

  /** Runs a program to its end, and answers what it wrote. */
  String run(Class<?> program, List<String> arguments) throws IOException {
    Path log = folder.resolve("load-" + runs++ + "-" + program.getSimpleName() + ".log");
    List<String> jvmOptions =
        List.of(
            "-Xmx1g",
            "-XX:+UseParallelGC",
            "-Drmq.logback.configurationFile=headgate-it-rocketmq-logback.xml");
    try (ChildProcess load =
        ChildProcess.start(
            program.getSimpleName(), JavaCommand.of(program, jvmOptions, arguments), folder, log)) {
      int status = load.awaitExit(LOAD_LIMIT);
      if (status != 0) {
        throw new IllegalStateException(
            program.getSimpleName() + " ended with status " + status + "\n" + load.tail(40));
      }
    }
    return Files.readString(log);
  }

  /** Runs a load generator that watches broker and, if asked, gateway. */
  Measurement measure(Class<?> program, boolean throughGateway, String... arguments)
      throws IOException {
    List<String> words = new ArrayList<>(List.of(arguments));
    if (throughGateway) {
      words.add("watch.gateway=" + requireGateway().process().pid());
    }
    words.add("watch.broker=" + cluster.broker().pid());
    return Measurement.parse(run(program, words));
  }

  @Override
  public void close() {
    if (gateway != null) {
      gateway.close();
    }
    cluster.close();
  }

  private GatewayProcess requireGateway() {
    if (gateway == null) {
      throw new IllegalStateException("this run has no gateway");
    }
    return gateway;
  }
}
