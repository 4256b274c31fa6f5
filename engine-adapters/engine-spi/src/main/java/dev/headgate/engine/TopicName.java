package dev.headgate.engine;

import java.util.regex.Pattern;

/**
 * The name of a topic, the same for services, gateway and engine: 1 to 127 letters, digits, {@code
 * -}, {@code _} and {@code %}.
 */
public record TopicName(String value) {
  private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9_%-]{1,127}");

  /** Validates the name. Throws {@link IllegalArgumentException} with a text fit for a caller. */
  public TopicName {
    if (!LEGAL.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "topic: '"
              + Names.shown(value)
              + "' (expected: 1 to 127 letters, digits, '-', '_' and '%')");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
