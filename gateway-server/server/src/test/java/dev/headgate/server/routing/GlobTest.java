package dev.headgate.server.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  @ParameterizedTest
  @CsvSource({
    "*,anything",
    "orders,orders",
    "orders-*,orders-eu",
    "orders-*,orders-",
    "*-eu,orders-eu",
    "a*b*c,a1b2b3c",
    "a?c,abc",
    "**,x",
    "%DLQ%*,%DLQ%billing"
  })
  void matches(String pattern, String name) {
    assertThat(new Glob(pattern).matches(name)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"orders,orders2", "orders,Orders", "a?c,ac", "*-eu,orders-us", "a*b,a", "a.c,abc"})
  void doesNotMatch(String pattern, String name) {
    assertThat(new Glob(pattern).matches(name)).isFalse();
  }

  @Test
  void hostilePatternStaysCheap() {
    Glob glob = new Glob("*a".repeat(60) + "b");

    assertTimeoutPreemptively(
        Duration.ofSeconds(5), () -> assertThat(glob.matches("a".repeat(10_000))).isFalse());
  }

  @Test
  void emptyPatternIsRefused() {
    assertThatThrownBy(() -> new Glob(" ")).hasMessageContaining("expected: a name");
  }
}
