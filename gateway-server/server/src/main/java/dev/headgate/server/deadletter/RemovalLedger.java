package dev.headgate.server.deadletter;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Message;
import dev.headgate.engine.Partition;
import dev.headgate.engine.Position;
import dev.headgate.engine.StoredMessage;
import dev.headgate.engine.TopicAdmin.PartitionLag;
import dev.headgate.engine.TopicAdmin.TopicSettings;
import dev.headgate.engine.TopicName;
import dev.headgate.server.error.EngineErrors;
import dev.headgate.server.error.Stages;
import dev.headgate.server.time.Timer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The topic that notes which letters were removed out of order: a broker's log can only be
 * forgotten from its front. A record's body has a line {@code partition@offset} for each letter.
 * Records that the front of the dead-letter topic has passed are forgotten by a position of the
 * same group. For one step at a time.
 */
final class RemovalLedger {
  private final Engine engine;
  private final TopicName topic;
  private final GroupName group;
  private final Timer timer;
  private final Map<Partition, Long> read = new ConcurrentHashMap<>();
  private boolean records;

  RemovalLedger(Engine engine, TopicName topic, GroupName group, Timer timer) {
    this.engine = engine;
    this.topic = topic;
    this.group = group;
    this.timer = timer;
  }

  /** Removes what it notes from the partitions, which have names of their own. */
  CompletionStage<Void> readInto(Map<String, LetterPartition> partitions) {
    return LetterTopic.lag(engine.topics(), topic, group)
        .thenCompose(
            lags -> {
              Iterator<PartitionLag> each = lags.iterator();
              return Repeat.whileTrue(
                  () ->
                      each.hasNext()
                          ? readInto(partitions, each.next()).thenApply(done -> true)
                          : CompletableFuture.completedStage(false));
            });
  }

  private CompletionStage<Void> readInto(Map<String, LetterPartition> letters, PartitionLag lag) {
    Partition partition = lag.partition();
    read.put(partition, Math.max(0, Math.max(lag.committed(), lag.start())));
    return Repeat.whileTrue(
        () -> {
          long from = read.getOrDefault(partition, lag.end());
          if (from >= lag.end()) {
            return CompletableFuture.completedStage(false);
          }
          return Peek.some(engine.topics(), partition, from)
              .thenApply(
                  batch -> {
                    batch.messages().forEach(record -> apply(record, letters));
                    read.put(partition, Math.min(lag.end(), batch.nextOffset()));
                    return true;
                  });
        });
  }

  private void apply(StoredMessage record, Map<String, LetterPartition> letters) {
    records = true;
    record
        .message()
        .body()
        .toUtf8()
        .lines()
        .forEach(
            line -> {
              int at = line.lastIndexOf('@');
              LetterPartition partition = letters.get(line.substring(0, Math.max(0, at)));
              if (partition != null && line.substring(at + 1).matches("[0-9]{1,18}")) {
                partition.remove(Long.parseLong(line.substring(at + 1)));
              }
            });
  }

  /** Notes that these have been removed. */
  CompletionStage<Void> note(List<Letter> removed, long deadlineNanos) {
    List<String> lines = new ArrayList<>();
    removed.forEach(letter -> lines.add(letter.partition().id() + "@" + letter.id().offset()));
    Message record =
        new Message(
            removed.get(0).message().id(),
            Bytes.utf8(String.join("\n", lines)),
            null,
            null,
            List.of(),
            null,
            timer.instant(),
            null);
    return append(record, deadlineNanos).thenAccept(this::noted);
  }

  private CompletionStage<Position> append(Message record, long deadlineNanos) {
    AppendOptions options = new AppendOptions(false, deadlineNanos);
    return engine
        .append(topic, record, options)
        .exceptionallyCompose(
            failure -> {
              if (EngineErrors.unwrap(failure) instanceof EngineException unknown
                  && unknown.kind() == EngineException.Kind.UNKNOWN_TOPIC) {
                return engine
                    .topics()
                    .ensure(topic, new TopicSettings(1, false, Map.of()))
                    .thenCompose(done -> engine.append(topic, record, options));
              }
              return CompletableFuture.failedStage(failure);
            });
  }

  /** What stands between what was read and this record came from another node. */
  private void noted(Position position) {
    records = true;
    if (read.getOrDefault(position.partition(), 0L) == position.offset()) {
      read.put(position.partition(), position.offset() + 1);
    }
  }

  /** The front has passed everything that it notes. */
  CompletionStage<Void> forget() {
    if (!records) {
      return Stages.done();
    }
    records = false;
    return engine.topics().seek(topic, group, Map.copyOf(read));
  }
}
