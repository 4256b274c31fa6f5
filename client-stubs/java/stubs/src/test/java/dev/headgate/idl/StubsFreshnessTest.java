package dev.headgate.idl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Fails when a stub is not what {@code idl/regenerate} wrote for the IDL of today: after a change
 * of the IDL, or a change by hand. Compares checksums, so that the build needs no Thrift compiler.
 */
class StubsFreshnessTest {
  private static final Path ROOT = Path.of("../../..").toAbsolutePath().normalize();

  @Test
  void stubsAreThoseOfTheIdl() throws Exception {
    Map<String, String> recorded = new TreeMap<>();
    for (String line : Files.readAllLines(ROOT.resolve("idl/stubs.sha256"))) {
      recorded.put(line.substring(66), line.substring(0, 64));
    }

    Map<String, String> present = new TreeMap<>();
    addSums(present, "idl", ".thrift");
    addSums(present, "client-stubs/java/stubs/src/main/java", ".java");
    addSums(present, "client-stubs/python/src/headgate/idl", ".py");
    addSums(present, "client-stubs/go/idl", ".go");
    addSums(present, "client-stubs/cpp/idl", ".h");
    addSums(present, "client-stubs/cpp/idl", ".cpp");
    addSums(present, "client-stubs/nodejs/idl", ".js");
    addSums(present, "client-stubs/nodejs/idl", ".ts");

    assertThat(present).as("stubs against the IDL: run idl/regenerate").isEqualTo(recorded);
  }

  private static void addSums(Map<String, String> sums, String folder, String ending)
      throws Exception {
    try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
      for (Path file : files.filter(f -> f.toString().endsWith(ending)).toList()) {
        if (Files.isRegularFile(file) && !file.toString().contains("/.thrift/")) {
          sums.put(ROOT.relativize(file).toString().replace('\\', '/'), sha256(file));
        }
      }
    }
  }

  private static String sha256(Path file)
      throws IOException, java.security.GeneralSecurityException {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }
}
