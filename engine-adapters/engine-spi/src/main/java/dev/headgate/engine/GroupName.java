package dev.headgate.engine;

import java.util.regex.Pattern;

/** The name of a consumer group: 1 to 120 letters, digits, {@code -}, {@code _} and {@code %}. */
public record GroupName(String value) {
  private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9_%-]{1,120}");

  /** Validates the name. Throws {@link IllegalArgumentException} with a text fit for a caller. */
  public GroupName {
    if (!LEGAL.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "group: '"
              + Names.shown(value)
              + "' (expected: 1 to 120 letters, digits, '-', '_' and '%')");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
