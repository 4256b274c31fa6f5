package dev.headgate.sandbox.rocketmq;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A RocketMQ sandbox as a child process: for tests that kill it, and for the launcher's development
 * mode. Loads no class of RocketMQ itself. Thread-safe.
 *
 * <p>The child is told to end with its parent's pipe, so it never outlives this JVM.
 */
public final class RocketMqProcess implements AutoCloseable {
  private static final String MAIN_CLASS = "dev.headgate.sandbox.rocketmq.RocketMqSandbox";
  private static final Pattern READY =
      Pattern.compile("READY namesrv=(\\S+) broker=(\\S+) pid=(\\d+)");
  private static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(60);
  private static final Duration KILL_PATIENCE = Duration.ofSeconds(20);
  private static final int LOG_TAIL_LINES = 40;

  /**
   * Ctrl-C in a terminal goes to all its processes; when the sandbox ends is its parent's to
   * decide, after what is connected to it has stopped. An ignored signal stays ignored over exec.
   */
  private static final List<String> DEAF_TO_INTERRUPTS =
      List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh");

  private final SandboxOptions options;
  private final List<String> command;
  private Process process;
  private Ready ready;

  private RocketMqProcess(SandboxOptions options, List<String> command)
      throws IOException, InterruptedException {
    this.options = options;
    this.command = command;
    this.process = launch();
    this.ready = awaitReady(process, DEFAULT_PATIENCE);
  }

  private record Ready(String nameServer, String broker, long pid) {}

  /** Starts with the class path of this JVM and a small heap; returns when it is ready. */
  public static RocketMqProcess start(SandboxOptions options)
      throws IOException, InterruptedException {
    return start(options, System.getProperty("java.class.path"), List.of("-Xmx1g"));
  }

  /**
   * Starts with a given class path ({@code sandbox/rocketmq/*}) and options for its JVM; returns
   * when it is ready.
   *
   * @throws IOException when it does not become ready; the text holds the end of its log
   */
  public static RocketMqProcess start(
      SandboxOptions options, String classPath, List<String> jvmOptions)
      throws IOException, InterruptedException {
    Files.createDirectories(options.data());
    List<String> command = new ArrayList<>(DEAF_TO_INTERRUPTS);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", classPath, MAIN_CLASS));
    command.addAll(options.toArguments());
    return new RocketMqProcess(options, command);
  }

  /** {@code 127.0.0.1:port} of the name server that it runs or registers at. */
  public synchronized String nameServer() {
    return ready.nameServer();
  }

  /** {@code 127.0.0.1:port} of the broker; {@code -} when it runs none. */
  public synchronized String broker() {
    return ready.broker();
  }

  /** Of the child. */
  public synchronized long pid() {
    return ready.pid();
  }

  /** Whether the child runs, or is stopped by {@link #pause}. */
  public synchronized boolean isAlive() {
    return process.isAlive();
  }

  /** The folder that it keeps everything in. */
  public Path data() {
    return options.data();
  }

  /** SIGKILL; returns when it is gone. */
  public synchronized void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(KILL_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** SIGSTOP. */
  public synchronized void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** SIGCONT. */
  public synchronized void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** SIGTERM; returns when it is gone, or after the patience. */
  public synchronized boolean terminate(Duration patience) throws InterruptedException {
    process.destroy();
    return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Starts it again where it was killed or terminated, on the same ports; returns when it is ready.
   *
   * @param keepData false for an empty disk: messages, topics and positions are gone
   */
  public synchronized void restart(boolean keepData) throws IOException, InterruptedException {
    if (process.isAlive()) {
      kill();
    }
    if (!keepData) {
      for (String folder : List.of("store", "namesrv")) {
        deleteTree(options.data().resolve(folder));
      }
    }
    process = launch();
    ready = awaitReady(process, DEFAULT_PATIENCE);
  }

  /** Kills it. The data stays. */
  @Override
  public synchronized void close() {
    process.destroyForcibly();
    try {
      process.waitFor(KILL_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Path log() {
    return options.data().resolve("logs").resolve("stderr.log");
  }

  private Process launch() throws IOException {
    Files.createDirectories(log().getParent());
    return new ProcessBuilder(command).redirectError(log().toFile()).start();
  }

  private Ready awaitReady(Process child, Duration patience)
      throws IOException, InterruptedException {
    CompletableFuture<@Nullable Ready> answer = new CompletableFuture<>();
    Thread reader =
        new Thread(() -> readOutput(child, answer), "sandbox-" + child.pid() + "-output");
    reader.setDaemon(true);
    reader.start();
    try {
      Ready result = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (result != null) {
        return result;
      }
    } catch (ExecutionException | TimeoutException e) {
      // Told below, with the log.
    } catch (InterruptedException e) {
      child.destroyForcibly();
      throw e;
    }
    child.destroyForcibly();
    throw new IOException(
        "the RocketMQ sandbox did not become ready within %d s; its log %s ends with:%n%s"
            .formatted(patience.toSeconds(), log(), logTail()));
  }

  /** Reads to the end, so that the child never blocks on a full pipe. */
  private static void readOutput(Process child, CompletableFuture<@Nullable Ready> answer) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher matcher = READY.matcher(line);
        if (matcher.matches()) {
          answer.complete(
              new Ready(matcher.group(1), matcher.group(2), Long.parseLong(matcher.group(3))));
        }
      }
    } catch (IOException e) {
      answer.completeExceptionally(e);
    }
    answer.complete(null);
  }

  private String logTail() {
    try {
      List<String> lines = Files.readAllLines(log(), StandardCharsets.UTF_8);
      return String.join(
          System.lineSeparator(),
          lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "(unreadable: " + e.getMessage() + ")";
    }
  }

  private void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    if (kill.waitFor() != 0) {
      throw new IOException("kill -" + name + " " + process.pid() + " failed");
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
