package dev.headgate.server.metrics;

import java.time.Duration;

/**
 * The section {@code metrics}: how many labels there may be.
 *
 * @param maxTopics topics with labels of their own; the rest is counted under {@code other}
 * @param maxGroups pairs of topic and group with labels of their own; the rest likewise
 * @param forgetAfter a topic or pair of which nothing has been heard for so long loses its labels
 */
public record MetricsConfig(int maxTopics, int maxGroups, Duration forgetAfter) {
  /** What fits a Prometheus of ordinary size. */
  public static final MetricsConfig DEFAULT = new MetricsConfig(1_000, 1_000, Duration.ofHours(1));
}
