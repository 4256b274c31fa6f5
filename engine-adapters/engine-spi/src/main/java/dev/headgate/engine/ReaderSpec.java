package dev.headgate.engine;

/**
 * What a reader reads.
 *
 * @param topic the topic; it exists
 * @param group the group; created on demand
 * @param ordered whether partitions need the engine's exclusive lock, so that two members never
 *     read one at the same time
 * @param initial where a group without a committed position begins
 * @param filter what the broker is to leave out; {@link Filter#all()} for nothing
 * @param broadcast whether this reader gets all partitions, whatever other members there are, and
 *     keeps its positions under {@code group} alone (D23)
 */
public record ReaderSpec(
    TopicName topic,
    GroupName group,
    boolean ordered,
    InitialPosition initial,
    Filter filter,
    boolean broadcast) {
  /** Where a group without a committed position begins. */
  public enum InitialPosition {
    /** At the oldest message that the engine has. */
    EARLIEST,
    /** Past the newest message when the group first joins. */
    LATEST,
  }
}
