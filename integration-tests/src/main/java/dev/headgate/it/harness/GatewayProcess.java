package dev.headgate.it.harness;

import dev.headgate.idl.gateway.VersionRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The real gateway, from the distribution, as a process of its own. Thread-safe, save that one
 * thread at a time kills and starts it.
 */
public final class GatewayProcess implements AutoCloseable {
  private static final String MAIN_CLASS = "dev.headgate.launcher.Main";
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);

  private final int port;
  private final int httpPort;
  private final List<String> command;
  private final Path folder;
  private volatile ChildProcess process;

  private GatewayProcess(int port, int httpPort, List<String> command, Path folder) {
    this.port = port;
    this.httpPort = httpPort;
    this.command = command;
    this.folder = folder;
    this.process = launch();
  }

  /** Starts it over a folder; returns when it answers. */
  public static GatewayProcess start(
      Distribution distribution, GatewayConfigFile config, Path folder) {
    return start(distribution, config, folder, List.of("-Xmx384m"));
  }

  /** With options for its JVM. */
  public static GatewayProcess start(
      Distribution distribution, GatewayConfigFile config, Path folder, List<String> jvmOptions) {
    return start(
        distribution, config.writeTo(folder), config.port(), config.httpPort(), folder, jvmOptions);
  }

  /** With any configuration; the ports are those that it names. */
  public static GatewayProcess start(
      Distribution distribution,
      Path file,
      int port,
      int httpPort,
      Path folder,
      List<String> jvmOptions) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add("-Dheadgate.home=" + distribution.home());
    command.addAll(List.of("-cp", distribution.serverClassPath(), MAIN_CLASS));
    command.addAll(List.of("serve", "--config", file.toString()));
    GatewayProcess gateway = new GatewayProcess(port, httpPort, command, folder);
    try {
      gateway.awaitReady();
    } catch (RuntimeException e) {
      gateway.close();
      throw e;
    }
    return gateway;
  }

  /** Where it listens; the same after a restart. */
  public int port() {
    return port;
  }

  /** Where operators look; the same after a restart. */
  public int httpPort() {
    return httpPort;
  }

  /** The process that runs now, for its usage and its log. */
  public ChildProcess process() {
    return process;
  }

  /** SIGKILL; returns when it is gone. */
  public void kill() {
    process.kill();
  }

  /** SIGTERM: it drains and ends. Answers its exit status. */
  public int stop(Duration limit) {
    process.terminate();
    return process.awaitExit(limit);
  }

  /** Starts it again, on the same port and over the same folder; returns when it answers. */
  public void restart() {
    process.close();
    process = launch();
    awaitReady();
  }

  @Override
  public void close() {
    process.close();
  }

  private ChildProcess launch() {
    return ChildProcess.start("gateway", command, folder, folder.resolve("gateway.log"));
  }

  private void awaitReady() {
    process.awaitReady(
        () -> {
          try (Wire wire = Wire.connect(port()).timeout(Duration.ofSeconds(2))) {
            wire.produce().version(new VersionRequest());
            return true;
          }
        },
        READY_LIMIT);
  }
}
