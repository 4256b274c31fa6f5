package dev.headgate.sandbox.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SandboxOptionsTest {
  @Test
  void argumentsReadBackAsTheSameOptions() {
    SandboxOptions options =
        SandboxOptions.broker(Path.of("/data"), "127.0.0.1:9876")
            .named("broker-b")
            .with(Map.of("maxMessageSize", "1024"));

    assertThat(SandboxOptions.parse(options.toArguments())).isEqualTo(options);
  }

  @Test
  void refusalsNameTheArgumentAndWhatWasExpected() {
    assertThatThrownBy(() -> SandboxOptions.parse(List.of()))
        .hasMessage("--data: missing (expected: a folder)");
    assertThatThrownBy(() -> SandboxOptions.parse(List.of("--data", "/d", "--role", "proxy")))
        .hasMessage("--role: proxy (expected: all, namesrv or broker)");
    assertThatThrownBy(() -> SandboxOptions.parse(List.of("--data", "/d", "--port", "1")))
        .hasMessageStartingWith("--port: unknown");
    assertThatThrownBy(() -> SandboxOptions.parse(List.of("--data", "/d", "--role", "broker")))
        .hasMessage("--namesrv: missing (expected with --role broker)");
  }
}
