package dev.headgate.server.metrics;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One metric of a family, told from the others by its labels; as text, the key of the registry:
 * {@code headgate_acks_total{orders,billing}}. Values hold no comma: they are names and codes.
 *
 * @param family what it measures
 * @param labels the values, in the family's order
 */
public record Series(MetricFamily family, List<String> labels) {
  /** As many values as the family has labels. */
  public Series {
    labels = List.copyOf(labels);
    if (labels.size() != family.labels().size()) {
      throw new IllegalArgumentException(
          "labels of " + family + ": " + labels + " (expected: " + family.labels() + ")");
    }
  }

  /** Of a family without labels, or with these. */
  static Series of(MetricFamily family, String... labels) {
    return new Series(family, List.of(labels));
  }

  /** What {@link #toString} wrote; null for a key of something else. */
  public static @Nullable Series parse(String key) {
    int brace = key.indexOf('{');
    MetricFamily family = MetricFamily.named(brace < 0 ? key : key.substring(0, brace));
    if (family == null) {
      return null;
    }
    return new Series(
        family,
        brace < 0 ? List.of() : List.of(key.substring(brace + 1, key.length() - 1).split(",", -1)));
  }

  /** The topic, or topic and group, that it belongs to; empty for one of the node. */
  List<String> scope() {
    List<String> names = family.labels();
    return labels.subList(0, names.contains("group") ? 2 : names.contains("topic") ? 1 : 0);
  }

  @Override
  public String toString() {
    return labels.isEmpty()
        ? family.exposedName()
        : family.exposedName() + "{" + String.join(",", labels) + "}";
  }
}
