package dev.headgate.server.routing;

import java.time.Duration;

/**
 * One entry of {@code topics}: which topics it speaks of, and what holds for them. The first entry
 * that matches a topic decides.
 *
 * @param pattern the topics
 * @param cluster where they live
 * @param ordered whether messages of one key are consumed one at a time (D19)
 * @param maxMessageBytes body, key, tag and headers together (D5)
 * @param maxDelay the longest delay (D30)
 * @param autoCreate whether a topic that the engine lacks is created at its first use
 * @param partitions how many a created topic gets; 0 for the engine's default
 */
public record TopicRule(
    Glob pattern,
    String cluster,
    boolean ordered,
    int maxMessageBytes,
    Duration maxDelay,
    boolean autoCreate,
    int partitions) {
  /** The size limit of a topic that states none: 4 MiB. */
  public static final int DEFAULT_MAX_MESSAGE_BYTES = 4 << 20;

  /** The longest delay of a topic that states none: 40 days. */
  public static final Duration DEFAULT_MAX_DELAY = Duration.ofDays(40);

  /** A rule with every default. */
  public static TopicRule of(Glob pattern, String cluster) {
    return new TopicRule(
        pattern, cluster, false, DEFAULT_MAX_MESSAGE_BYTES, DEFAULT_MAX_DELAY, false, 0);
  }
}
