package dev.headgate.server.config;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers with units as people write them: {@code 30s}, {@code 4MiB}. Refusals say what was
 * expected, in words that follow "expected: ".
 */
public final class Quantities {
  private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,12})\\s*([A-Za-z]*)");
  private static final Map<String, Duration> TIME_UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));
  private static final Map<String, Long> SIZE_UNITS =
      Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

  private Quantities() {}

  /** Such as {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 40d}. */
  public static Duration duration(String text, Duration min, Duration max) {
    String expected =
        "a duration such as 500ms, 30s, 5m, 2h or 40d, from " + shown(min) + " to " + shown(max);
    Matcher matcher = NUMBER_AND_UNIT.matcher(text.trim());
    Duration unit = matcher.matches() ? TIME_UNITS.get(matcher.group(2)) : null;
    if (unit == null) {
      throw new IllegalArgumentException(expected);
    }
    long count = Long.parseLong(matcher.group(1));
    if (count > max.toMillis() / unit.toMillis()) {
      throw new IllegalArgumentException(expected);
    }
    Duration value = unit.multipliedBy(count);
    if (value.compareTo(min) < 0) {
      throw new IllegalArgumentException(expected);
    }
    return value;
  }

  /** Such as {@code 512B}, {@code 64KiB}, {@code 4MiB}, {@code 1GiB}, in bytes. */
  public static long bytes(String text, long min, long max) {
    String expected =
        "a size such as 512B, 64KiB, 4MiB or 1GiB, from " + shown(min) + " to " + shown(max);
    Matcher matcher = NUMBER_AND_UNIT.matcher(text.trim());
    Long unit = matcher.matches() ? SIZE_UNITS.get(matcher.group(2)) : null;
    if (unit == null) {
      throw new IllegalArgumentException(expected);
    }
    long count = Long.parseLong(matcher.group(1));
    if (count > max / unit || count * unit < min) {
      throw new IllegalArgumentException(expected);
    }
    return count * unit;
  }

  /** A whole number within limits. */
  public static int integer(String text, int min, int max) {
    try {
      int number = Integer.parseInt(text.trim());
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, together with numbers outside the limits.
    }
    throw new IllegalArgumentException("a whole number, " + min + " to " + max);
  }

  /** Exactly {@code true} or {@code false}. */
  public static boolean flag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("true or false");
    };
  }

  /** In the largest unit that divides it. */
  public static String shown(Duration duration) {
    long millis = duration.toMillis();
    for (String unit : new String[] {"d", "h", "m", "s"}) {
      long unitMillis = requireUnit(unit).toMillis();
      if (millis != 0 && millis % unitMillis == 0) {
        return millis / unitMillis + unit;
      }
    }
    return millis == 0 ? "0s" : millis + "ms";
  }

  /** In the largest unit that divides it. */
  public static String shown(long bytes) {
    for (String unit : new String[] {"GiB", "MiB", "KiB"}) {
      Long unitBytes = SIZE_UNITS.get(unit);
      if (unitBytes != null && bytes != 0 && bytes % unitBytes == 0) {
        return bytes / unitBytes + unit;
      }
    }
    return bytes + "B";
  }

  private static Duration requireUnit(String unit) {
    Duration duration = TIME_UNITS.get(unit);
    if (duration == null) {
      throw new AssertionError(unit);
    }
    return duration;
  }
}
