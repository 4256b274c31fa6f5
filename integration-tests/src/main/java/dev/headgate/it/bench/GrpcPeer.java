package dev.headgate.it.bench;

import dev.headgate.it.harness.ChildProcess;
import dev.headgate.it.harness.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** RocketMQ's gRPC proxy as a process of its own, and the command lines of its load generators. */
final class GrpcPeer implements AutoCloseable {
  /** The property that names the folder of its jars. */
  static final String PROPERTY = "headgate.bench.grpc";

  /** What the sandbox calls its cluster. */
  private static final String CLUSTER = "sandbox";

  private static final String PROGRAMS = "dev.headgate.it.grpc.";
  private static final int ATTEMPTS = 3;
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);

  private final ChildProcess process;
  private final int port;
  private final double secondsToReady;

  private GrpcPeer(ChildProcess process, int port, double secondsToReady) {
    this.process = process;
    this.port = port;
    this.secondsToReady = secondsToReady;
  }

  /**
   * Starts the proxy before a name server's brokers; returns when it takes connections. On a busy
   * machine it may give up by itself, for it waits no longer than 3 s for the name server's answer.
   */
  static GrpcPeer start(String nameServer, Path folder) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return startOnce(nameServer, folder);
      } catch (IllegalStateException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static GrpcPeer startOnce(String nameServer, Path folder) throws IOException {
    Files.createDirectories(folder);
    int port = FreePorts.next();
    List<String> words =
        List.of(
            "nameServer=" + nameServer,
            "cluster=" + CLUSTER,
            "port=" + port,
            "remotingPort=" + FreePorts.next(),
            "home=" + folder);
    long start = System.nanoTime();
    ChildProcess process =
        ChildProcess.start(
            "gRPC proxy",
            command("proxy", "GrpcProxy", List.of("-Xmx1280m"), words),
            folder,
            folder.resolve("proxy.log"));
    try {
      process.awaitReady(
          () -> {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return true;
          },
          READY_LIMIT);
    } catch (IllegalStateException e) {
      process.close();
      throw e;
    }
    return new GrpcPeer(process, port, (System.nanoTime() - start) / 1e9);
  }

  /** The command line of a load generator. */
  static List<String> load(String program, List<String> jvmOptions, List<String> words) {
    return command("client", program, jvmOptions, words);
  }

  private static List<String> command(
      String folder, String program, List<String> jvmOptions, List<String> words) {
    Path jars = Path.of(System.getProperty(PROPERTY, "rocketmq-grpc/target/program"), folder);
    if (!Files.isDirectory(jars)) {
      throw new IllegalStateException(
          jars.toAbsolutePath() + " is missing (expected: the jars of RocketMQ's gRPC proxy)");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", jars.toAbsolutePath() + "/*", PROGRAMS + program));
    command.addAll(words);
    return command;
  }

  int port() {
    return port;
  }

  ChildProcess process() {
    return process;
  }

  /** From the start of its process to its first connection. */
  double secondsToReady() {
    return secondsToReady;
  }

  @Override
  public void close() {
    process.close();
  }
}
