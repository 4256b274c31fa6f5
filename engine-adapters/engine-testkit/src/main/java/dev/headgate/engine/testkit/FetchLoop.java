package dev.headgate.engine.testkit;

import dev.headgate.engine.Batch;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.OwnedPartition;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one fetch open on a partition, answer after answer, until the partition is taken back. It
 * holds no thread: each answer opens the next fetch, on the thread that the engine answers on.
 */
final class FetchLoop {
  private static final int FETCH_BYTES = 1 << 20;
  private static final Duration FETCH_WAIT = Duration.ofSeconds(5);
  private static final Duration TRY_AGAIN = Duration.ofMillis(50);

  /** Where the answers go. */
  interface Sink {
    /** A fetch was answered, perhaps with nothing; called before the next one is opened. */
    void fetched(OwnedPartition partition, long from, Batch batch);

    /** A fetch failed as none may while the partition is owned; the loop has ended. */
    void refused(OwnedPartition partition, Throwable cause);
  }

  private final OwnedPartition partition;
  private final Sink sink;

  FetchLoop(OwnedPartition partition, Sink sink) {
    this.partition = partition;
    this.sink = sink;
  }

  void begin() {
    fetch(partition.startOffset());
  }

  private void fetch(long from) {
    partition
        .fetch(from, FETCH_BYTES, FETCH_WAIT)
        .whenComplete((batch, failure) -> answered(from, batch, failure));
  }

  private void answered(long from, @Nullable Batch batch, @Nullable Throwable failure) {
    if (batch != null) {
      sink.fetched(partition, from, batch);
      fetch(batch.nextOffset());
      return;
    }
    Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
    EngineException failed =
        cause instanceof EngineException known
            ? known
            : new EngineException(
                EngineException.Kind.INTERNAL, "not an EngineException: " + cause, cause);
    switch (failed.kind()) {
      case FENCED, CLOSED -> {
        // The end of this loop.
      }
      case UNAVAILABLE, UNCERTAIN, THROTTLED, DEADLINE_EXCEEDED ->
          CompletableFuture.delayedExecutor(TRY_AGAIN.toMillis(), TimeUnit.MILLISECONDS)
              .execute(() -> fetch(from));
      case OFFSET_OUT_OF_RANGE -> fetch(failed.correctedOffset());
      case UNKNOWN_TOPIC,
          MESSAGE_TOO_LARGE,
          INVALID_ARGUMENT,
          UNSUPPORTED,
          PERMISSION_DENIED,
          INTERNAL ->
          sink.refused(partition, failed);
    }
  }
}
