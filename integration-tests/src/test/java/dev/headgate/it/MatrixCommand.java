package dev.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.it.harness.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A matrix program of another language, in processes of its own.
 *
 * @param name for messages
 * @param command program and its first arguments
 * @param logs receives what it says
 */
record MatrixCommand(String name, List<String> command, Path logs) implements MatrixProgram {
  private static final Duration LIMIT = Duration.ofSeconds(80);
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(4);

  static MatrixCommand go(Path clients, Path folder) {
    Path program = folder.resolve("go-matrix");
    run(
        "go build (the Go client's matrix program; Go 1.25 or later: https://go.dev/dl)",
        List.of("go", "build", "-o", program.toString(), "./cmd/matrix"),
        clients.resolve("go"),
        folder.resolve("go-build.log"),
        BUILD_LIMIT);
    return new MatrixCommand("go", List.of(program.toString()), folder);
  }

  static MatrixCommand cpp(Path clients, Path folder) {
    Path program = clients.resolve("cpp/build/matrix/headgate_matrix");
    return built("cpp", program, "client-stubs/cpp/run-tests", List.of(program.toString()), folder);
  }

  static MatrixCommand nodejs(Path clients, Path folder) {
    Path program = clients.resolve("nodejs/bin/matrix.js");
    Path compiled = clients.resolve("nodejs/dist/index.js");
    return built(
        "nodejs",
        compiled,
        "client-stubs/nodejs/run-tests",
        List.of("node", program.toString()),
        folder);
  }

  static MatrixCommand python(Path clients, Path folder) {
    Path python = clients.resolve("python/.venv/bin/python");
    Path program = clients.resolve("python/tests/matrix.py");
    return built(
        "python",
        python,
        "client-stubs/python/run-tests",
        List.of(python.toString(), program.toString()),
        folder);
  }

  @Override
  public void produce(String address, String topic, Path file) {
    run("produce", address, topic, file.toString());
  }

  @Override
  public void consume(String address, String topic, String group, int count, Path file) {
    run("consume", address, topic, group, Integer.toString(count), file.toString());
  }

  private void run(String... arguments) {
    List<String> whole = new ArrayList<>(command);
    whole.addAll(List.of(arguments));
    Path log = logs.resolve(name + "-" + arguments[0] + "-" + arguments[2] + ".log");
    run(name + " " + arguments[0], whole, logs, log, LIMIT);
  }

  private static MatrixCommand built(
      String name, Path needed, String builder, List<String> command, Path folder) {
    assertThat(Files.exists(needed))
        .as("%s is missing: run %s, which builds it and names what it lacks", needed, builder)
        .isTrue();
    return new MatrixCommand(name, command, folder);
  }

  private static void run(
      String name, List<String> command, Path directory, Path log, Duration limit) {
    try (ChildProcess process = ChildProcess.start(name, command, directory, log)) {
      int status = process.awaitExit(limit);
      assertThat(status).as("%s said:%n%s", name, process.tail(20)).isZero();
    }
  }
}
