package dev.headgate.server.admin;

import dev.headgate.engine.GroupName;
import dev.headgate.engine.Partition;
import dev.headgate.engine.TopicAdmin.PartitionLag;
import dev.headgate.engine.TopicName;
import dev.headgate.server.consume.SeekTarget;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What an operator asks of a node. Never blocks, never throws: stages fail with GatewayException
 * only.
 */
public interface AdminService {
  /** Topics with a route; {@code pattern} is a glob or null. */
  CompletionStage<List<TopicView>> listTopics(@Nullable String pattern, boolean internal);

  /** One topic. */
  CompletionStage<TopicView> describeTopic(String topic);

  /**
   * Creates it or grows it; {@code partitions} 0 for the engine's default, {@code ordered} null for
   * as routed.
   */
  CompletionStage<TopicView> createTopic(
      String topic, int partitions, @Nullable Boolean ordered, Map<String, String> attributes);

  /** Deletes the topic with its messages. */
  CompletionStage<Void> deleteTopic(String topic);

  /** Groups with lag; null for all. */
  CompletionStage<List<GroupView>> listGroups(@Nullable String topic, @Nullable String group);

  /**
   * Moves a group (D24) and answers where it stands then.
   *
   * @param dryRun answer where it would stand, and move nothing
   * @param deadlineNanos by {@link System#nanoTime()}
   */
  CompletionStage<GroupView> seekGroup(
      String topic, String group, SeekTarget target, boolean dryRun, long deadlineNanos);

  /** The configuration in force, in YAML, with defaults and without secrets. */
  CompletionStage<String> config();

  /** Drains the node (D21); {@code grace} null for the node's own. */
  CompletionStage<Drained> drain(@Nullable Duration grace);

  /** A topic and where it lives. */
  record TopicView(
      TopicName topic,
      String cluster,
      String engine,
      int partitions,
      boolean ordered,
      long maxMessageBytes) {}

  /** A group on a topic, as the engine and this node see it. */
  record GroupView(
      GroupName group,
      TopicName topic,
      List<PartitionLag> partitions,
      int inFlight,
      int parked,
      List<String> clients) {
    /** The same, standing at those offsets where one is given. */
    GroupView movedTo(Map<Partition, Long> offsets) {
      List<PartitionLag> moved =
          partitions.stream()
              .map(
                  lag ->
                      offsets.containsKey(lag.partition())
                          ? lag.committedAt(offsets.get(lag.partition()))
                          : lag)
              .toList();
      return new GroupView(group, topic, moved, inFlight, parked, clients);
    }
  }

  /** How a drain went. */
  record Drained(int openLeases, Duration took) {}
}
