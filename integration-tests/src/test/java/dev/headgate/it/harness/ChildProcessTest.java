package dev.headgate.it.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
  @TempDir Path directory;

  @Test
  void aDeadProcessShowsItsLastWordsInTheFailure() {
    try (ChildProcess child = start("echo no such broker; exit 3")) {
      assertThatThrownBy(() -> child.awaitReady(() -> false, Duration.ofSeconds(20)))
          .hasMessageContaining("status 3")
          .hasMessageContaining("no such broker");
    }
  }

  @Test
  void killEndsIt() {
    try (ChildProcess child = start("exec sleep 60")) {
      assertThat(child.isAlive()).isTrue();
      child.kill();
      assertThat(child.isAlive()).isFalse();
    }
  }

  @Test
  void aPausedProcessStandsStillUntilItIsResumed() throws Exception {
    try (ChildProcess child = start("while :; do echo tick >> ticks; done")) {
      Path ticks = directory.resolve("ticks");
      Until.holds("it ticks", Duration.ofSeconds(10), () -> Files.size(ticks) > 0);
      child.pause();
      Until.holds(
          "it stands still",
          Duration.ofSeconds(10),
          () -> Files.readString(Path.of("/proc/" + child.pid() + "/stat")).contains(") T "));
      long stopped = Files.size(ticks);
      child.resume();
      Until.holds("it ticks again", Duration.ofSeconds(10), () -> Files.size(ticks) > stopped);
      assertThat(child.usage().cpuSeconds()).isGreaterThanOrEqualTo(0);
      assertThat(child.usage().residentBytes()).isPositive();
    }
  }

  private ChildProcess start(String script) {
    return ChildProcess.start(
        "script", List.of("bash", "-c", script), directory, directory.resolve("log"));
  }
}
