package dev.headgate.server.deadletter;

import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Partition;
import dev.headgate.engine.TopicAdmin;
import dev.headgate.engine.TopicAdmin.PartitionLag;
import dev.headgate.engine.TopicName;
import dev.headgate.server.error.EngineErrors;
import dev.headgate.server.error.Stages;
import dev.headgate.server.time.Timer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A group's dead letters on one cluster, as they are when a call begins.
 *
 * <p>No broker removes single messages from a log, so what has been removed is written down, and
 * skipped. Two things say so: the position of the group {@link #KEEPER} on the dead-letter topic,
 * before which everything is removed, and the {@link RemovalLedger} for letters behind it. A
 * removal moves the position when it takes the front, and writes to the ledger when it does not.
 *
 * <p>For one step at a time.
 */
final class LetterTopic {
  /** The group whose positions tell what has been removed. */
  static final GroupName KEEPER = new GroupName("headgate-dead-letters");

  private final String cluster;
  private final Engine engine;
  private final TopicName topic;
  private final RemovalLedger ledger;
  private final Map<String, LetterPartition> partitions = new LinkedHashMap<>();

  private LetterTopic(String cluster, Engine engine, GroupName group, Timer timer) {
    this.cluster = cluster;
    this.engine = engine;
    TopicAdmin topics = engine.topics();
    this.topic = topics.deadLetterTopic(group);
    this.ledger = new RemovalLedger(engine, topics.retryTopic(topic, KEEPER), KEEPER, timer);
  }

  /** Reads what has been removed. */
  static CompletionStage<LetterTopic> open(
      String cluster, Engine engine, GroupName group, Timer timer) {
    LetterTopic opening = new LetterTopic(cluster, engine, group, timer);
    return lag(engine.topics(), opening.topic, KEEPER)
        .thenCompose(
            lags -> {
              lags.forEach(
                  lag -> opening.partitions.put(lag.partition().id(), new LetterPartition(lag)));
              return lags.isEmpty() ? Stages.done() : opening.ledger.readInto(opening.partitions);
            })
        .thenApply(done -> opening);
  }

  /** How far the group is; nothing where there is no such topic. */
  static CompletionStage<List<PartitionLag>> lag(
      TopicAdmin topics, TopicName topic, GroupName group) {
    return topics
        .lag(topic, group)
        .exceptionallyCompose(
            failure ->
                EngineErrors.unwrap(failure) instanceof EngineException engine
                        && engine.kind() == EngineException.Kind.UNKNOWN_TOPIC
                    ? CompletableFuture.completedStage(List.of())
                    : CompletableFuture.failedStage(failure));
  }

  String cluster() {
    return cluster;
  }

  TopicAdmin admin() {
    return engine.topics();
  }

  List<LetterPartition> partitions() {
    return List.copyOf(partitions.values());
  }

  /** The letter at that place; empty when there is none, or none any more. */
  CompletionStage<Optional<Letter>> find(LetterId id) {
    LetterPartition partition = partitions.get(id.partition());
    if (partition == null || !partition.mayHold(id.offset())) {
      return CompletableFuture.completedStage(Optional.empty());
    }
    return Peek.single(admin(), partition.partition(), id.offset())
        .thenApply(
            batch ->
                batch.messages().stream()
                    .filter(stored -> stored.offset() == id.offset())
                    .map(stored -> new Letter(cluster, partition.partition(), stored))
                    .findFirst());
  }

  /** Completes when it is stored that they are removed. */
  CompletionStage<Void> remove(List<Letter> letters, long deadlineNanos) {
    for (Letter letter : letters) {
      of(letter.partition()).remove(letter.id().offset());
    }
    List<LetterPartition> moved =
        partitions.values().stream().filter(LetterPartition::advance).toList();
    List<Letter> ahead =
        letters.stream()
            .filter(letter -> letter.id().offset() >= of(letter.partition()).front())
            .toList();
    CompletionStage<Void> noted =
        ahead.isEmpty() ? Stages.done() : ledger.note(ahead, deadlineNanos);
    return noted.thenCompose(done -> commit(moved));
  }

  /** Removes all that are left; completes with their number. */
  CompletionStage<Long> removeAll() {
    long left = 0;
    for (LetterPartition partition : partitions.values()) {
      left += partition.left();
      partition.clear();
    }
    long count = left;
    return commit(partitions()).thenApply(done -> count);
  }

  private CompletionStage<Void> commit(List<LetterPartition> moved) {
    return moved.isEmpty()
        ? Stages.done()
        : moveForwards(moved)
            .thenCompose(
                done ->
                    partitions.values().stream().noneMatch(LetterPartition::removedAhead)
                        ? ledger.forget()
                        : Stages.done());
  }

  /** Another node may have removed more meanwhile: what it moved is not moved back. */
  private CompletionStage<Void> moveForwards(List<LetterPartition> moved) {
    return lag(admin(), topic, KEEPER)
        .thenCompose(
            lags -> {
              Map<Partition, Long> offsets = new HashMap<>();
              for (PartitionLag lag : lags) {
                LetterPartition partition = partitions.get(lag.partition().id());
                if (partition != null
                    && moved.contains(partition)
                    && partition.front() > lag.committed()) {
                  offsets.put(lag.partition(), partition.front());
                }
              }
              return offsets.isEmpty() ? Stages.done() : admin().seek(topic, KEEPER, offsets);
            });
  }

  private LetterPartition of(Partition partition) {
    LetterPartition found = partitions.get(partition.id());
    if (found == null) {
      throw new IllegalArgumentException("no partition " + partition);
    }
    return found;
  }
}
