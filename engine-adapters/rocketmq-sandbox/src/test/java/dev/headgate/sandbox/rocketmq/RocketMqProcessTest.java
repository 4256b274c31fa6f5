package dev.headgate.sandbox.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RocketMqProcessTest {
  @TempDir Path folder;

  @Test
  void brokerIsKilledAndComesBackOnTheSamePorts() throws Exception {
    try (RocketMqProcess nameServer =
            RocketMqProcess.start(SandboxOptions.nameServer(folder.resolve("n")));
        RocketMqProcess broker =
            RocketMqProcess.start(
                SandboxOptions.broker(folder.resolve("b"), nameServer.nameServer()))) {
      String address = broker.broker();
      long pid = broker.pid();
      assertThat(nameServer.broker()).isEqualTo("-");

      broker.kill();
      assertThat(broker.isAlive()).isFalse();
      broker.restart(true);

      assertThat(broker.broker()).isEqualTo(address);
      assertThat(broker.pid()).isNotEqualTo(pid);
      assertThat(broker.nameServer()).isEqualTo(nameServer.nameServer());
      assertThat(Files.exists(folder.resolve("b/store/commitlog"))).isTrue();
    }
  }

  @Test
  void failureToStartShowsTheLog() {
    assertThatThrownBy(
            () ->
                RocketMqProcess.start(
                    SandboxOptions.all(folder).with(Map.of("messageDelayLevel", "nonsense"))))
        .hasMessageContaining("did not become ready")
        .hasMessageContaining("did not initialize");
  }
}
