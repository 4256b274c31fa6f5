package dev.headgate.it.noop;

import dev.headgate.engine.Batch;
import dev.headgate.engine.Capability;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Partition;
import dev.headgate.engine.TopicAdmin;
import dev.headgate.engine.TopicName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Every topic exists, has one partition and holds nothing. */
final class NoOpTopics implements TopicAdmin {
  @Override
  public CompletionStage<List<TopicName>> list() {
    return CompletableFuture.completedStage(List.of());
  }

  @Override
  public CompletionStage<Optional<TopicDescription>> describe(TopicName topic) {
    return CompletableFuture.completedStage(
        Optional.of(
            new TopicDescription(topic, List.of(new Partition(topic, NoOpEngine.NAME)), Map.of())));
  }

  @Override
  public CompletionStage<Void> ensure(TopicName topic, TopicSettings settings) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> delete(TopicName topic) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<List<GroupName>> groups(TopicName topic) {
    return CompletableFuture.completedStage(List.of());
  }

  @Override
  public CompletionStage<List<PartitionLag>> lag(TopicName topic, GroupName group) {
    return CompletableFuture.completedStage(List.of());
  }

  @Override
  public CompletionStage<Map<Partition, Long>> offsetsAt(TopicName topic, Instant time) {
    return CompletableFuture.completedStage(Map.of());
  }

  @Override
  public CompletionStage<Void> seek(
      TopicName topic, GroupName group, Map<Partition, Long> offsets) {
    return CompletableFuture.failedStage(
        EngineException.unsupported(NoOpEngine.NAME, Capability.SEEK));
  }

  @Override
  public CompletionStage<Batch> peek(
      Partition partition, long fromOffset, int maxMessages, int maxBytes) {
    return CompletableFuture.completedStage(new Batch(List.of(), fromOffset));
  }

  @Override
  public TopicName retryTopic(TopicName topic, GroupName group) {
    return new TopicName(topic + "-retry-" + group);
  }

  @Override
  public TopicName deadLetterTopic(GroupName group) {
    return new TopicName("dead-" + group);
  }
}
