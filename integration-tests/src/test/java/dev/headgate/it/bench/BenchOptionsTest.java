package dev.headgate.it.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BenchOptionsTest {
  @Test
  void everythingIsMeasuredUnlessToldOtherwise() {
    BenchOptions options = BenchOptions.parse();

    assertThat(options.quick()).isFalse();
    assertThat(options.repeats()).isEqualTo(3);
    assertThat(options.json()).isNull();
    assertThat(Workloads.names()).allMatch(options::includes).doesNotHaveDuplicates();
  }

  @Test
  void wordsAreRead() {
    BenchOptions options =
        BenchOptions.parse(
            "--quick",
            "--repeats",
            "5",
            "--only",
            "send,receive",
            "--json",
            "a.json",
            "--out",
            "b",
            "--backlog-mib",
            "64");

    assertThat(options.quick()).isTrue();
    assertThat(options.repeats()).isEqualTo(5);
    assertThat(options.includes("send")).isTrue();
    assertThat(options.includes("start")).isFalse();
    assertThat(options.json()).isEqualTo(Path.of("a.json"));
    assertThat(options.out()).isEqualTo(Path.of("b"));
    assertThat(options.backlogMib()).isEqualTo(64);
  }

  @Test
  void faultsNameTheWordAndWhatWasExpected() {
    assertThatThrownBy(() -> BenchOptions.parse("--fast")).hasMessageContaining("--fast: unknown");
    assertThatThrownBy(() -> BenchOptions.parse("--repeats", "0"))
        .hasMessageContaining("--repeats: 0 (expected: a whole number");
    assertThatThrownBy(() -> BenchOptions.parse("--json")).hasMessageContaining("missing value");
    assertThatThrownBy(() -> BenchOptions.parse("--only", "sent"))
        .hasMessageContaining("'sent' (expected of: ");
  }
}
