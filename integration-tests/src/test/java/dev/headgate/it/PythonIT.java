package dev.headgate.it;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract from a Python service: src/test/python, run with the Python client's own runner. */
@Timeout(300)
class PythonIT extends ThroughGateway {
  @Test
  void theContractHoldsForAPythonService() throws IOException {
    ClientTests.pass(
        "python",
        shared.gateway().port(),
        Duration.ofSeconds(240),
        "-p",
        "no:cacheprovider",
        Path.of("src/test/python").toAbsolutePath().toString());
  }
}
