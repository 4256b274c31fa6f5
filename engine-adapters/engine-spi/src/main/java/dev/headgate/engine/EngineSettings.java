package dev.headgate.engine;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code headgate.yaml} says of one cluster.
 *
 * @param cluster the cluster's name
 * @param dataCentre where it stands; empty when not said
 * @param values the {@code settings} of the cluster, flat, as text
 */
public record EngineSettings(String cluster, String dataCentre, Map<String, String> values) {
  /** Copies the values. */
  public EngineSettings {
    values = Map.copyOf(values);
  }

  /** The value of a required key. */
  public String required(String key) {
    String value = values.get(key);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(
          "clusters." + cluster + ".settings." + key + ": missing (expected: a value)");
    }
    return value;
  }

  /** The value, or the default. */
  public String text(String key, String defaultValue) {
    @Nullable String value = values.get(key);
    return value == null ? defaultValue : value;
  }

  /** A whole number within limits, or the default. */
  public int integer(String key, int defaultValue, int min, int max) {
    @Nullable String value = values.get(key);
    if (value == null) {
      return defaultValue;
    }
    try {
      int number = Integer.parseInt(value.trim());
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, together with numbers outside the limits.
    }
    throw new IllegalArgumentException(
        "clusters.%s.settings.%s: %s (expected: a whole number, %d to %d)"
            .formatted(cluster, key, value, min, max));
  }

  /** A number of milliseconds, or the default. */
  public Duration millis(String key, Duration defaultValue) {
    return Duration.ofMillis(integer(key, (int) defaultValue.toMillis(), 0, Integer.MAX_VALUE));
  }

  /** Refuses keys that are not in the set. */
  public void requireOnly(Set<String> known) {
    Set<String> unknown = new HashSet<>(values.keySet());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "clusters.%s.settings.%s: unknown key (expected one of: %s)"
              .formatted(
                  cluster,
                  unknown.iterator().next(),
                  String.join(", ", known.stream().sorted().toList())));
    }
  }
}
