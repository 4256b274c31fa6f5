package dev.headgate.it.bench;

import java.util.Optional;
import java.util.function.Function;

/**
 * A figure that the project wants to reach.
 *
 * @param number as the documentation counts them: {@code P1}
 * @param what the figure, in words
 * @param bound which side of the limit is right
 * @param limit the aim itself
 * @param seen finds the figure; empty when it was not measured
 */
record Aim(
    String number,
    String what,
    Bound bound,
    double limit,
    Function<Results, Optional<Double>> seen) {
  /** Which side of the limit is right. */
  enum Bound {
    AT_LEAST("≥"),
    AT_MOST("≤");

    private final String sign;

    Bound(String sign) {
      this.sign = sign;
    }

    String sign() {
      return sign;
    }
  }

  /** Whether a figure reaches it. */
  boolean isReachedBy(double figure) {
    return switch (bound) {
      case AT_LEAST -> figure >= limit;
      case AT_MOST -> figure <= limit;
    };
  }
}
