package dev.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.it.harness.ChildProcess;
import dev.headgate.it.harness.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract from a Python service: src/test/python, run with the Python client's own runner. */
@Timeout(300)
class PythonIT extends ThroughGateway {
  @Test
  void theContractHoldsForAPythonService() throws IOException {
    Path module = Path.of("").toAbsolutePath();
    Path runner = module.resolveSibling("client-stubs").resolve("python").resolve("run-tests");
    assertThat(runner).isExecutable();
    try (TemporaryFolder folder = TemporaryFolder.create("python")) {
      Path log = folder.resolve("pytest.log");
      try (ChildProcess pytest =
          ChildProcess.start(
              "pytest",
              List.of(
                  "env",
                  "HEADGATE_ADDRESS=127.0.0.1:" + shared.gateway().port(),
                  runner.toString(),
                  "-p",
                  "no:cacheprovider",
                  module.resolve("src/test/python").toString()),
              module,
              log)) {
        int status = pytest.awaitExit(Duration.ofSeconds(240));
        assertThat(status).as("pytest said:%n%s", Files.readString(log)).isZero();
        System.out.println("python: " + pytest.tail(1));
      }
    }
  }
}
