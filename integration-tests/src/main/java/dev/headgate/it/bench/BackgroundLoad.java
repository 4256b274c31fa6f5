package dev.headgate.it.bench;

import dev.headgate.it.harness.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A load generator that runs on while something else is measured; closing it kills it. */
final class BackgroundLoad implements AutoCloseable {
  private final ChildProcess process;
  private final Path log;

  BackgroundLoad(ChildProcess process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Returns when it has printed a line that begins so. */
  void awaitLine(String prefix, Duration limit) {
    process.awaitReady(() -> count(prefix) > 0, limit);
  }

  /** How many lines begin so. */
  long count(String prefix) throws IOException {
    return output().lines().filter(line -> line.startsWith(prefix)).count();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What it has printed so far. */
  String output() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    process.close();
  }
}
