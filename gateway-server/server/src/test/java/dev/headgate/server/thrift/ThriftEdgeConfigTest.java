package dev.headgate.server.thrift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ThriftEdgeConfigTest {
  @Test
  void theDefaultsAreThese() {
    assertThat(ThriftEdgeConfig.DEFAULT)
        .isEqualTo(
            new ThriftEdgeConfig(
                "127.0.0.1",
                9300,
                20_000,
                0,
                new ThriftEdgeConfig.Limits(
                    16_777_216, 268_435_456, 268_435_456L, 256, 262_144, 1_048_576),
                new ThriftEdgeConfig.Timeouts(
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(10),
                    Duration.ofSeconds(5))));
  }

  @Test
  void valuesThatCannotBeMeantAreRefused() {
    ThriftEdgeConfig config = ThriftEdgeConfig.DEFAULT;
    assertThatThrownBy(() -> config.withAddress("", 1)).hasMessageContaining("host: ''");
    assertThatThrownBy(() -> config.withAddress("a", 65_536))
        .hasMessage("port: 65536 (expected: 0 to 65535)");
    assertThatThrownBy(() -> new ThriftEdgeConfig.Limits(4095, 1 << 20, 1 << 20, 1, 1, 1))
        .hasMessage("maxFrameBytes: 4095 (expected: >= 4096)");
    assertThatThrownBy(() -> new ThriftEdgeConfig.Limits(8192, 8191, 1 << 20, 1, 1, 1))
        .hasMessageStartingWith("maxDiscardedFrameBytes: 8191");
    assertThatThrownBy(() -> new ThriftEdgeConfig.Limits(8192, 8192, 8191, 1, 1, 1))
        .hasMessageStartingWith("maxRequestBytes: 8191");
    assertThatThrownBy(() -> new ThriftEdgeConfig.Limits(8192, 8192, 8192, 0, 1, 1))
        .hasMessageStartingWith("maxInFlightPerConnection: 0");
    assertThatThrownBy(() -> new ThriftEdgeConfig.Limits(8192, 8192, 8192, 1, 2, 1))
        .hasMessageStartingWith("writeHighWaterBytes: 1");
    assertThatThrownBy(
            () ->
                new ThriftEdgeConfig.Timeouts(
                    Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO))
        .hasMessage("firstByte: PT0S (expected: > 0)");
  }
}
