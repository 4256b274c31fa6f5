package dev.headgate.it.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that a test has started and may kill. Its output goes to a file. It dies with the JVM
 * that started it, at the latest. Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {
  private final String name;
  private final Process process;
  private final Path log;
  private final Thread reaper;

  private ChildProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.reaper = new Thread(process::destroyForcibly, "reap " + name);
    Runtime.getRuntime().addShutdownHook(reaper);
  }

  /**
   * Starts a process.
   *
   * @param name for messages
   * @param command program and arguments
   * @param directory where it runs
   * @param log receives its output, appended
   */
  public static ChildProcess start(String name, List<String> command, Path directory, Path log) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.directory(directory.toFile());
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      return new ChildProcess(name, builder.start(), log);
    } catch (IOException e) {
      throw new IllegalStateException("cannot start " + name + ": " + command, e);
    }
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs, stopped or not. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL, then waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitExit(Duration.ofSeconds(20));
  }

  /** SIGTERM; does not wait. */
  public void terminate() {
    process.destroy();
  }

  /** SIGSTOP: it stands still and keeps its connections. */
  public void pause() {
    signal("STOP");
  }

  /** SIGCONT. */
  public void resume() {
    signal("CONT");
  }

  /**
   * Waits for the end and answers the exit status; fails with the log's tail when it takes longer.
   */
  public int awaitExit(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(name + " still runs after " + limit + "\n" + tail(40));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + name, e);
    }
  }

  /**
   * Waits until a condition holds, or fails with the log's tail when the process has died before or
   * the time has passed.
   */
  public void awaitReady(Until.Condition condition, Duration limit) {
    try {
      Until.holds(
          name + " is ready",
          limit,
          () -> {
            if (!process.isAlive()) {
              throw new IllegalStateException(
                  name + " ended with status " + process.exitValue() + "\n" + tail(60));
            }
            return condition.holds();
          });
    } catch (TimeoutException e) {
      throw new IllegalStateException(name + ": " + e.getMessage() + "\n" + tail(60), e);
    }
  }

  /** The last lines of its output. */
  public String tail(int lines) {
    try {
      List<String> all =
          Files.readString(log, java.nio.charset.StandardCharsets.ISO_8859_1).lines().toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  /** What it uses. */
  public ProcessUsage usage() {
    return ProcessUsage.of(pid());
  }

  /** Kills it, if it still runs. Harmless when repeated. */
  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(reaper);
    } catch (IllegalStateException e) {
      // The JVM is ending: the hook runs, and finds nothing to do.
    }
  }

  /** SIGHUP. */
  public void hangUp() {
    signal("HUP");
  }

  private void signal(String signal) {
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).inheritIO().start();
      if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
        throw new IllegalStateException("kill -" + signal + " " + pid() + " (" + name + ") failed");
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot signal " + name, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while signalling " + name, e);
    }
  }
}
