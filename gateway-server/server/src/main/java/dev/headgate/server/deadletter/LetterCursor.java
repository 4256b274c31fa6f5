package dev.headgate.server.deadletter;

import dev.headgate.engine.Batch;
import dev.headgate.engine.StoredMessage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Goes through the letters of one partition, past those removed. For one step at a time. */
final class LetterCursor {
  private final LetterTopic topic;
  private final LetterPartition partition;
  private final Deque<StoredMessage> fetched = new ArrayDeque<>();
  private @Nullable Letter head;
  private long seen;
  private long fetchFrom;

  LetterCursor(LetterTopic topic, LetterPartition partition, long from) {
    this.topic = topic;
    this.partition = partition;
    this.seen = Math.max(from, partition.front());
    this.fetchFrom = seen;
  }

  String cluster() {
    return topic.cluster();
  }

  LetterPartition partition() {
    return partition;
  }

  /** The next letter; null before {@link #fill}, and at the end. */
  @Nullable Letter head() {
    return head;
  }

  /** Where a later cursor goes on: at the head, which has not been taken. */
  long position() {
    return head == null ? seen : head.stored().offset();
  }

  boolean atEnd() {
    return head == null && seen >= partition.end();
  }

  /** Goes on behind the head. */
  void take() {
    head = null;
  }

  /** Completes when there is a head, or the end or the time limit is reached. */
  CompletionStage<Void> fill(@Nullable String originTopic, TimeLimit limit) {
    return Repeat.whileTrue(
        () -> {
          nextFetched(originTopic);
          if (head != null || atEnd() || limit.isOver()) {
            return CompletableFuture.completedStage(false);
          }
          return Peek.some(topic.admin(), partition.partition(), fetchFrom)
              .thenApply(
                  batch -> {
                    add(batch);
                    return true;
                  });
        });
  }

  private void add(Batch batch) {
    for (StoredMessage stored : batch.messages()) {
      if (stored.offset() >= fetchFrom && stored.offset() < partition.end()) {
        fetched.add(stored);
      }
    }
    fetchFrom = batch.nextOffset();
    if (fetched.isEmpty()) {
      partition.gap(seen, Math.min(fetchFrom, partition.end()));
      seen = Math.min(fetchFrom, partition.end());
    }
  }

  private void nextFetched(@Nullable String originTopic) {
    while (head == null && !fetched.isEmpty()) {
      StoredMessage stored = fetched.remove();
      partition.gap(seen, stored.offset());
      seen = stored.offset() + 1;
      Letter letter = new Letter(topic.cluster(), partition.partition(), stored);
      if (partition.mayHold(stored.offset())
          && (originTopic == null || originTopic.equals(letter.originTopic()))) {
        head = letter;
      }
    }
  }
}
