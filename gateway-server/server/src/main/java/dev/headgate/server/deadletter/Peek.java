package dev.headgate.server.deadletter;

import dev.headgate.engine.Batch;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.Partition;
import dev.headgate.engine.TopicAdmin;
import dev.headgate.server.error.EngineErrors;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads partitions from the side, past what retention has deleted meanwhile. */
final class Peek {
  private static final int MESSAGES = 32;
  private static final int BYTES = 1 << 20;

  private Peek() {}

  /** Some messages; the next offset is past {@code from}, or nothing more can be read. */
  static CompletionStage<Batch> some(TopicAdmin topics, Partition partition, long from) {
    return one(topics, partition, from, MESSAGES, BYTES);
  }

  /** The message at the offset, or the next one, or none. */
  static CompletionStage<Batch> single(TopicAdmin topics, Partition partition, long offset) {
    return one(topics, partition, offset, 1, 1);
  }

  private static CompletionStage<Batch> one(
      TopicAdmin topics, Partition partition, long from, int messages, int bytes) {
    return topics
        .peek(partition, from, messages, bytes)
        .thenApply(batch -> batch.nextOffset() > from ? batch : atEnd())
        .exceptionallyCompose(
            failure -> {
              if (EngineErrors.unwrap(failure) instanceof EngineException engine
                  && engine.kind() == EngineException.Kind.OFFSET_OUT_OF_RANGE) {
                long corrected = engine.correctedOffset();
                return CompletableFuture.completedStage(
                    corrected > from ? new Batch(List.of(), corrected) : atEnd());
              }
              return CompletableFuture.failedStage(failure);
            });
  }

  private static Batch atEnd() {
    return new Batch(List.of(), Long.MAX_VALUE);
  }
}
