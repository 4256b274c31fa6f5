package dev.headgate.server.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.server.config.NodeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseSecretTest {
  @TempDir Path folder;

  @Test
  void D16_generatedSecretOutlivesTheProcess() throws Exception {
    NodeConfig node = node(folder.resolve("data").resolve(NodeConfig.DEFAULT_LEASE_SECRET));

    byte[] first = LeaseSecret.load(node);

    assertThat(first).hasSizeGreaterThanOrEqualTo(32);
    assertThat(LeaseSecret.load(node)).isEqualTo(first);
    assertThat(Files.list(node.dataDir())).containsExactly(node.leaseSecretFile());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(node.leaseSecretFile())))
        .isEqualTo("rw-------");
  }

  @Test
  void secretOfTheFleetIsReadWithoutItsLineEnd() throws Exception {
    Path file = Files.writeString(folder.resolve("fleet"), "0123456789abcdef0123\n");

    assertThat(LeaseSecret.load(node(file))).asString().isEqualTo("0123456789abcdef0123");
  }

  @Test
  void namedFileThatIsNotThereIsNotMadeUp() {
    assertThatThrownBy(() -> LeaseSecret.load(node(folder.resolve("fleet"))))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("node.leaseSecretFile: there is no file");
    assertThat(folder.resolve("fleet")).doesNotExist();
  }

  @Test
  void shortSecretIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("fleet"), "short\n");

    assertThatThrownBy(() -> LeaseSecret.load(node(file)))
        .hasMessageContaining("holds 5 bytes (expected: at least 16)");
  }

  private NodeConfig node(Path secret) {
    return new NodeConfig("test", folder.resolve("data"), secret, Duration.ZERO, "");
  }
}
