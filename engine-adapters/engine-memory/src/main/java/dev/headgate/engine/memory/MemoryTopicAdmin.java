package dev.headgate.engine.memory;

import dev.headgate.engine.Batch;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.Filter;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Partition;
import dev.headgate.engine.StoredMessage;
import dev.headgate.engine.TopicAdmin;
import dev.headgate.engine.TopicName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Topics, groups and positions of a {@link MemoryCluster}, seen through one engine. */
final class MemoryTopicAdmin implements TopicAdmin {
  private final MemoryEngine engine;
  private final MemoryCluster cluster;

  MemoryTopicAdmin(MemoryEngine engine, MemoryCluster cluster) {
    this.engine = engine;
    this.cluster = cluster;
  }

  @Override
  public CompletionStage<List<TopicName>> list() {
    return engine.answer(() -> List.copyOf(cluster.topics().keySet()));
  }

  @Override
  public CompletionStage<Optional<TopicDescription>> describe(TopicName topic) {
    return engine.answer(() -> Optional.ofNullable(cluster.find(topic)).map(this::description));
  }

  @Override
  public CompletionStage<@Nullable Void> ensure(TopicName topic, TopicSettings settings) {
    return engine.answer(
        () -> {
          cluster.ensure(topic, settings.partitions(), settings.attributes());
          return null;
        });
  }

  @Override
  public CompletionStage<@Nullable Void> delete(TopicName topic) {
    return engine.answer(
        () -> {
          cluster.delete(topic);
          return null;
        });
  }

  @Override
  public CompletionStage<List<GroupName>> groups(TopicName topic) {
    return engine.answer(
        () ->
            cluster.topic(topic).groups().entrySet().stream()
                .filter(group -> group.getValue().hasPositions())
                .map(Map.Entry::getKey)
                .toList());
  }

  @Override
  public CompletionStage<List<PartitionLag>> lag(TopicName topic, GroupName group) {
    return engine.answer(
        () -> {
          MemoryTopic found = cluster.topic(topic);
          MemoryGroup reading = found.groups().get(group);
          List<PartitionLag> lags = new ArrayList<>();
          for (int i = 0; i < found.partitions().size(); i++) {
            long committed = reading == null ? MemoryGroup.NONE : reading.position(i);
            lags.add(lag(found.partitions().get(i), committed));
          }
          return lags;
        });
  }

  @Override
  public CompletionStage<Map<Partition, Long>> offsetsAt(TopicName topic, Instant time) {
    return engine.answer(
        () -> {
          Map<Partition, Long> offsets = new LinkedHashMap<>();
          for (PartitionLog log : cluster.topic(topic).partitions()) {
            offsets.put(log.partition(), log.offsetAt(time));
          }
          return offsets;
        });
  }

  @Override
  public CompletionStage<@Nullable Void> seek(
      TopicName topic, GroupName group, Map<Partition, Long> offsets) {
    return engine.answer(
        () -> {
          MemoryTopic found = cluster.topic(topic);
          offsets.forEach((partition, offset) -> check(found, partition, offset));
          found.group(group).seek(offsets);
          return null;
        });
  }

  @Override
  public CompletionStage<Batch> peek(
      Partition partition, long fromOffset, int maxMessages, int maxBytes) {
    return engine.answer(
        () ->
            cluster
                .topic(partition.topic())
                .partition(partition)
                .read(fromOffset, maxMessages, maxBytes, Filter.all()));
  }

  @Override
  public TopicName retryTopic(TopicName topic, GroupName group) {
    return DerivedTopics.retry(topic, group);
  }

  @Override
  public TopicName deadLetterTopic(GroupName group) {
    return DerivedTopics.deadLetter(group);
  }

  private TopicDescription description(MemoryTopic topic) {
    List<Partition> partitions = topic.partitions().stream().map(PartitionLog::partition).toList();
    return new TopicDescription(topic.name(), partitions, topic.attributes());
  }

  private static PartitionLag lag(PartitionLog log, long committed) {
    long start = log.start();
    long end = log.end();
    long oldest = Math.max(committed, start);
    List<StoredMessage> unsettled =
        oldest < end ? log.read(oldest, 1, 0, Filter.all()).messages() : List.of();
    Instant oldestAt = unsettled.isEmpty() ? null : unsettled.get(0).storedAt();
    return new PartitionLag(log.partition(), committed, start, end, oldestAt);
  }

  private static void check(MemoryTopic topic, Partition partition, long offset) {
    long end = topic.partition(partition).end();
    if (offset < 0 || offset > end) {
      throw new EngineException(
          Kind.INVALID_ARGUMENT,
          "%s has offsets up to %d, not %d".formatted(partition, end, offset));
    }
  }
}
