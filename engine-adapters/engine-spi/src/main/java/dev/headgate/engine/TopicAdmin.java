package dev.headgate.engine;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Topics, groups and positions of an engine. Thread-safe; never blocks. */
public interface TopicAdmin {
  /** All topics, the engine's internal ones left out. */
  CompletionStage<List<TopicName>> list();

  /**
   * Empty when there is no such topic. Answered from a cache of at most 30 s where the engine has
   * one.
   */
  CompletionStage<Optional<TopicDescription>> describe(TopicName topic);

  /**
   * Creates the topic, or grows it to the partitions asked for. Idempotent. Completes when it can
   * be written and read.
   */
  CompletionStage<Void> ensure(TopicName topic, TopicSettings settings);

  /** Deletes the topic and its messages. Idempotent. */
  CompletionStage<Void> delete(TopicName topic);

  /** Groups that have a position on the topic. */
  CompletionStage<List<GroupName>> groups(TopicName topic);

  /** How far a group is on a topic, by partition. A group without positions shows -1. */
  CompletionStage<List<PartitionLag>> lag(TopicName topic, GroupName group);

  /**
   * For each partition the first offset stored at or after the time; the end where there is none.
   */
  CompletionStage<Map<Partition, Long>> offsetsAt(TopicName topic, Instant time);

  /**
   * Moves a group's committed positions, forwards or back, while it has no open reader in any
   * engine. Where the engine sees one it fails with {@link EngineException.Kind#INVALID_ARGUMENT}.
   */
  CompletionStage<Void> seek(TopicName topic, GroupName group, Map<Partition, Long> offsets);

  /**
   * Reads messages of one partition outside any group, without moving anything: at most {@code
   * maxMessages} and {@code maxBytes} from {@code fromOffset} on; never parks. For browsing.
   */
  CompletionStage<Batch> peek(Partition partition, long fromOffset, int maxMessages, int maxBytes);

  /**
   * The topic that holds a group's retries of a topic. A legal name of this engine, unique for the
   * pair.
   */
  TopicName retryTopic(TopicName topic, GroupName group);

  /** The topic that holds a group's dead letters: where the broker has its own, that one. */
  TopicName deadLetterTopic(GroupName group);

  /**
   * How a topic is made.
   *
   * @param partitions at least so many; 0 for the engine's default
   * @param ordered whether its messages are consumed in order by key
   * @param attributes the engine's own, such as {@code message.type}
   */
  record TopicSettings(int partitions, boolean ordered, Map<String, String> attributes) {
    /** Copies the attributes. */
    public TopicSettings {
      attributes = Map.copyOf(attributes);
    }
  }

  /** A topic as it is. */
  record TopicDescription(
      TopicName topic, List<Partition> partitions, Map<String, String> attributes) {}

  /**
   * How far a group is on a partition.
   *
   * @param committed -1 when the group has no position
   * @param start the oldest offset that can be fetched
   * @param end one past the newest
   * @param oldestUnsettledAt when the message at the committed position was stored; null when there
   *     is none or the engine cannot tell
   */
  record PartitionLag(
      Partition partition,
      long committed,
      long start,
      long end,
      @Nullable Instant oldestUnsettledAt) {
    /** Messages that the group has not settled. */
    public long messages() {
      return Math.max(0, end - Math.max(committed, start));
    }

    /** The same for a group that stands elsewhere. */
    public PartitionLag committedAt(long offset) {
      return new PartitionLag(
          partition, offset, start, end, offset == committed ? oldestUnsettledAt : null);
    }
  }
}
