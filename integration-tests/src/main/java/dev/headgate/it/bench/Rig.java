package dev.headgate.it.bench;

import dev.headgate.idl.admin.CreateTopicRequest;
import dev.headgate.idl.admin.TopicSpec;
import dev.headgate.it.harness.ChildProcess;
import dev.headgate.it.harness.Distribution;
import dev.headgate.it.harness.GatewayProcess;
import dev.headgate.it.harness.JavaCommand;
import dev.headgate.it.harness.RocketMqCluster;
import dev.headgate.it.harness.Wire;
import dev.headgate.it.load.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.thrift.TException;
import org.jspecify.annotations.Nullable;

/** The broker and the gateway of a run, and the load generators against them, one at a time. */
final class Rig implements AutoCloseable {
  /** The partitions of a topic of the benchmark. */
  static final int PARTITIONS = 8;

  private static final List<String> GATEWAY_JVM = List.of("-Xmx1280m");
  private static final Duration LOAD_LIMIT = Duration.ofMinutes(8);
  private static final List<String> LOAD_JVM =
      List.of(
          "-Xmx1g",
          "-XX:+UseParallelGC",
          "-Drmq.logback.configurationFile=headgate-it-rocketmq-logback.xml");

  private final Distribution distribution;
  private final Path folder;
  private final RocketMqCluster cluster;
  private final GatewayProcess gateway;
  private @Nullable GrpcPeer grpcPeer;
  private @Nullable GatewayProcess noOpGateway;
  private int processes;

  private Rig(Distribution distribution, Path folder, RocketMqCluster cluster) throws IOException {
    this.distribution = distribution;
    this.folder = folder;
    this.cluster = cluster;
    this.gateway = startGateway("gateway", GATEWAY_JVM);
  }

  /** Starts both; returns when they are ready. */
  static Rig start(Distribution distribution, Path folder)
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
      return new Rig(distribution, folder, cluster);
    } catch (IOException | RuntimeException e) {
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

  /** {@code host:port}. */
  String broker() {
    return cluster.broker().broker();
  }

  /** The gateway that most workloads use. */
  GatewayProcess gateway() {
    return gateway;
  }

  private Map<String, Long> brokerAlone() {
    return Map.of("broker", cluster.broker().pid());
  }

  private Map<String, Long> brokerAnd(String name, long pid) {
    Map<String, Long> pids = new LinkedHashMap<>();
    pids.put(name, pid);
    pids.putAll(brokerAlone());
    return pids;
  }

  /** RocketMQ's gRPC proxy before the same broker, started at its first use. */
  GrpcPeer grpcPeer() throws IOException {
    GrpcPeer peer = grpcPeer;
    if (peer == null) {
      peer = GrpcPeer.start(nameServer(), folder.resolve("grpc-proxy"));
      grpcPeer = peer;
    }
    return peer;
  }

  /** A gateway whose engine stores nothing, started at its first use. */
  GatewayProcess noOpGateway() throws IOException {
    GatewayProcess noOp = noOpGateway;
    if (noOp == null) {
      noOp = BenchGateway.noOp().start(distribution, folder.resolve("noop"), GATEWAY_JVM);
      noOpGateway = noOp;
    }
    return noOp;
  }

  /** Starts one more gateway before the broker; it is the caller's to close. */
  GatewayProcess startGateway(String name, List<String> jvmOptions) throws IOException {
    return BenchGateway.rocketMq(nameServer(), PARTITIONS)
        .start(distribution, folder.resolve(name), jvmOptions);
  }

  /** Creates a topic of eight partitions, and returns when it can be used. */
  void createTopic(String topic) throws TException {
    try (Wire wire = Wire.connect(gateway.port())) {
      wire.admin()
          .createTopic(
              new CreateTopicRequest()
                  .setContext(Wire.within(Duration.ofSeconds(20)))
                  .setSpec(new TopicSpec().setTopic(topic).setPartitions(PARTITIONS)));
    }
  }

  /** Starts one more gRPC proxy before the broker; it is the caller's to close. */
  GrpcPeer startGrpcPeer(String name) throws IOException {
    return GrpcPeer.start(nameServer(), folder.resolve(name));
  }

  /** Starts a load generator that runs on until it is closed. */
  BackgroundLoad start(Class<?> program, Params params) {
    Path log = nextLog(program.getSimpleName());
    List<String> command = JavaCommand.of(program, LOAD_JVM, params.words());
    return new BackgroundLoad(
        ChildProcess.start(program.getSimpleName(), command, folder, log), log);
  }

  /** Runs a load generator that is told everything by its parameters. */
  Measurement measure(Class<?> program, Params params) throws IOException {
    return Measurement.parse(run(program, params.words()));
  }

  /** Runs a program to its end, and answers what it wrote. */
  String run(Class<?> program, List<String> arguments) throws IOException {
    return run(program.getSimpleName(), JavaCommand.of(program, LOAD_JVM, arguments));
  }

  /** Runs a load generator that talks to the broker itself. */
  Measurement measureDirect(Class<?> program, Params params) throws IOException {
    return Measurement.parse(
        run(program, watching(brokerAlone(), params.with("nameServer", nameServer()))));
  }

  /** Runs a load generator that talks through the gateway. */
  Measurement measureGateway(Class<?> program, Params params) throws IOException {
    Map<String, Long> watched = brokerAnd("gateway", gateway.process().pid());
    return Measurement.parse(run(program, watching(watched, params.with("port", gateway.port()))));
  }

  /** Runs a load generator that talks to the gateway whose engine stores nothing. */
  Measurement measureNoOp(Class<?> program, Params params) throws IOException {
    GatewayProcess noOp = noOpGateway();
    Map<String, Long> watched = Map.of("gateway", noOp.process().pid());
    return Measurement.parse(run(program, watching(watched, params.with("port", noOp.port()))));
  }

  /** Runs a load generator that talks through RocketMQ's gRPC proxy. */
  Measurement measureGrpc(String program, Params params) throws IOException {
    GrpcPeer peer = grpcPeer();
    Map<String, Long> watched = brokerAnd("proxy", peer.process().pid());
    List<String> words = watching(watched, params.with("port", peer.port()));
    return Measurement.parse(run(program, GrpcPeer.load(program, LOAD_JVM, words)));
  }

  private static List<String> watching(Map<String, Long> watched, Params params) {
    watched.forEach((name, pid) -> params.with("watch." + name, pid));
    return params.words();
  }

  private String run(String name, List<String> command) throws IOException {
    Path log = nextLog(name);
    try (ChildProcess load = ChildProcess.start(name, command, folder, log)) {
      int status = load.awaitExit(LOAD_LIMIT);
      if (status != 0) {
        throw new IllegalStateException(
            name + " ended with status " + status + "\n" + load.tail(40));
      }
    }
    return Files.readString(log);
  }

  private Path nextLog(String name) {
    return folder.resolve("load-" + processes++ + "-" + name + ".log");
  }

  @Override
  public void close() {
    if (grpcPeer != null) {
      grpcPeer.close();
    }
    if (noOpGateway != null) {
      noOpGateway.close();
    }
    gateway.close();
    cluster.close();
  }
}
