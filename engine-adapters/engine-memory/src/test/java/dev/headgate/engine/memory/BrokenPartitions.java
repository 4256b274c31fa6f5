package dev.headgate.engine.memory;

import dev.headgate.engine.Batch;
import dev.headgate.engine.Engine;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.StoredMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Engines that do something wrong with the partitions that a reader owns. */
final class BrokenPartitions {
  private BrokenPartitions() {}

  private static Engine partitions(Engine engine, UnaryOperator<OwnedPartition> breaking) {
    return new ForwardingEngine(engine) {
      @Override
      OwnedPartition seen(OwnedPartition partition) {
        return breaking.apply(partition);
      }
    };
  }

  static Engine readingBackwards(Engine engine) {
    return partitions(
        engine,
        partition ->
            new ForwardingPartition(partition) {
              @Override
              public CompletionStage<Batch> fetch(long from, int maxBytes, Duration maxWait) {
                return super.fetch(from, maxBytes, maxWait).thenApply(BrokenPartitions::backwards);
              }
            });
  }

  private static Batch backwards(Batch batch) {
    List<StoredMessage> messages = new ArrayList<>(batch.messages());
    Collections.reverse(messages);
    return new Batch(messages, batch.nextOffset());
  }

  static Engine ignoringBytes(Engine engine) {
    return partitions(
        engine,
        partition ->
            new ForwardingPartition(partition) {
              @Override
              public CompletionStage<Batch> fetch(long from, int maxBytes, Duration maxWait) {
                return super.fetch(from, Integer.MAX_VALUE, maxWait);
              }
            });
  }

  /** Looks once, and again only when the wait is over. */
  static Engine sleepingThroughAppends(Engine engine) {
    return partitions(
        engine,
        partition ->
            new ForwardingPartition(partition) {
              @Override
              public CompletionStage<Batch> fetch(long from, int maxBytes, Duration maxWait) {
                return super.fetch(from, maxBytes, Duration.ZERO)
                    .thenCompose(
                        batch ->
                            batch.messages().isEmpty()
                                ? CompletableFuture.supplyAsync(
                                        () -> from,
                                        CompletableFuture.delayedExecutor(
                                            maxWait.toMillis(), TimeUnit.MILLISECONDS))
                                    .thenCompose(
                                        again -> super.fetch(again, maxBytes, Duration.ZERO))
                                : CompletableFuture.completedStage(batch));
              }
            });
  }

  static Engine committingNothing(Engine engine) {
    return partitions(
        engine,
        partition ->
            new ForwardingPartition(partition) {
              @Override
              public CompletionStage<Void> commit(long nextOffset) {
                return super.commit(0);
              }
            });
  }

  static Engine neverFencing(Engine engine) {
    return partitions(
        engine,
        partition ->
            new ForwardingPartition(partition) {
              @Override
              public CompletionStage<Batch> fetch(long from, int maxBytes, Duration maxWait) {
                return super.fetch(from, maxBytes, maxWait)
                    .exceptionally(failure -> new Batch(List.of(), from));
              }

              @Override
              public CompletionStage<Void> commit(long nextOffset) {
                return super.commit(nextOffset)
                    .exceptionallyCompose(failure -> CompletableFuture.completedStage(null));
              }
            });
  }

  static Engine forgettingEpochs(Engine engine) {
    return partitions(
        engine,
        partition ->
            new ForwardingPartition(partition) {
              @Override
              public long epoch() {
                return 1;
              }
            });
  }
}
