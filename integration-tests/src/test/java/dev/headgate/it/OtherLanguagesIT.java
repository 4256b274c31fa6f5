package dev.headgate.it;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The clients of other languages: their own tests, and what of them needs a real gateway. The first
 * run builds them; a tool that is missing is named.
 */
@Timeout(900)
class OtherLanguagesIT extends ThroughGateway {
  private static final Duration LIMIT = Duration.ofMinutes(14);

  @Test
  void theGoClientKeepsTheContract() throws IOException {
    ClientTests.pass("go", shared.gateway().port(), LIMIT);
  }

  @Test
  void theCppClientKeepsTheContract() throws IOException {
    ClientTests.pass("cpp", shared.gateway().port(), LIMIT);
  }

  @Test
  void theNodeClientKeepsTheContract() throws IOException {
    ClientTests.pass("nodejs", shared.gateway().port(), LIMIT);
  }
}
