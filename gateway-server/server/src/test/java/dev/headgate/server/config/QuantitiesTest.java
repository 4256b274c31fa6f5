package dev.headgate.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
  private static final Duration DAY = Duration.ofDays(1);

  @ParameterizedTest
  @CsvSource({"500ms,PT0.5S", "30s,PT30S", "5m,PT5M", "2h,PT2H", "1d,P1D", "0s,PT0S", "90 s,PT90S"})
  void durationHasAUnit(String text, Duration expected) {
    assertThat(Quantities.duration(text, Duration.ZERO, DAY)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"30", "30sec", "-1s", "s", "", "1.5h", "2d", "999999999999d"})
  void badDurationNamesFormAndLimits(String text) {
    assertThatThrownBy(() -> Quantities.duration(text, Duration.ZERO, DAY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a duration such as 500ms, 30s, 5m, 2h or 40d, from 0s to 1d");
  }

  @ParameterizedTest
  @CsvSource({"512B,512", "64KiB,65536", "4MiB,4194304", "1GiB,1073741824"})
  void sizeHasAUnit(String text, long expected) {
    assertThat(Quantities.bytes(text, 1, 1L << 30)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"4MB", "4", "4mib", "0B", "2GiB", "999999999999GiB"})
  void badSizeNamesFormAndLimits(String text) {
    assertThatThrownBy(() -> Quantities.bytes(text, 1, 1L << 30))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a size such as 512B, 64KiB, 4MiB or 1GiB, from 1B to 1GiB");
  }

  @Test
  void shownInTheLargestUnitThatDivides() {
    assertThat(Quantities.shown(4L << 20)).isEqualTo("4MiB");
    assertThat(Quantities.shown(1500)).isEqualTo("1500B");
    assertThat(Quantities.shown(Duration.ofDays(40))).isEqualTo("40d");
    assertThat(Quantities.shown(Duration.ofSeconds(90))).isEqualTo("90s");
    assertThat(Quantities.shown(Duration.ofMillis(1500))).isEqualTo("1500ms");
  }
}
