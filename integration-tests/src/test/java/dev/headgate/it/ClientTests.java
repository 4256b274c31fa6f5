package dev.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.it.harness.ChildProcess;
import dev.headgate.it.harness.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The tests of a client in another language, run by its own runner against a gateway. */
final class ClientTests {
  private ClientTests() {}

  /** Runs {@code client-stubs/<language>/run-tests}; fails with what it said unless all pass. */
  static void pass(String language, int gatewayPort, Duration limit, String... arguments)
      throws IOException {
    Path module = Path.of("").toAbsolutePath();
    Path runner = module.resolveSibling("client-stubs").resolve(language).resolve("run-tests");
    assertThat(runner).isExecutable();
    List<String> command =
        new ArrayList<>(
            List.of("env", "HEADGATE_ADDRESS=127.0.0.1:" + gatewayPort, runner.toString()));
    command.addAll(List.of(arguments));
    try (TemporaryFolder folder = TemporaryFolder.create(language)) {
      Path log = folder.resolve("tests.log");
      try (ChildProcess tests = ChildProcess.start(language, command, module, log)) {
        int status = tests.awaitExit(limit);
        assertThat(status).as("%s said:%n%s", language, Files.readString(log)).isZero();
        System.out.println(language + ": " + tests.tail(1));
      }
    }
  }
}
