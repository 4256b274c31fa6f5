package dev.headgate.engine.memory;

import dev.headgate.engine.Batch;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.Filter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A fetch from the call to its answer. Confined to the event loop after its creation. It holds no
 * thread while it waits: an append or a timer puts it back on the loop.
 */
final class ParkedFetch {
  private final MemoryPartition partition;
  private final int maxBytes;
  private final Duration maxWait;
  private final CompletableFuture<Batch> answer = new CompletableFuture<>();
  private final Runnable wakeUp = this::wake;
  private long nextOffset;
  private boolean waitedEnough;
  private @Nullable Future<?> timer;

  ParkedFetch(MemoryPartition partition, long fromOffset, int maxBytes, Duration maxWait) {
    this.partition = partition;
    this.nextOffset = fromOffset;
    this.maxBytes = maxBytes;
    this.maxWait = maxWait;
    this.waitedEnough = maxWait.isZero() || maxWait.isNegative();
  }

  CompletionStage<Batch> stage() {
    return answer.minimalCompletionStage();
  }

  /** Answers, or parks. */
  void look() {
    if (answer.isDone()) {
      return;
    }
    EngineException refusal = partition.refusal();
    if (refusal != null) {
      fail(refusal);
      return;
    }
    try {
      Filter filter = partition.reader().spec().filter();
      Batch batch = partition.log().read(nextOffset, Integer.MAX_VALUE, maxBytes, filter);
      nextOffset = batch.nextOffset();
      if (waitedEnough || !batch.messages().isEmpty()) {
        end();
        answer.complete(batch);
      } else {
        park();
      }
    } catch (EngineException e) {
      fail(e);
    }
  }

  void fail(EngineException why) {
    end();
    answer.completeExceptionally(why);
  }

  private void park() {
    if (timer == null) {
      timer =
          partition
              .reader()
              .loop()
              .scheduler()
              .schedule(this::giveUp, maxWait.toNanos(), TimeUnit.NANOSECONDS);
    }
    if (!partition.log().wakeAt(nextOffset, wakeUp)) {
      wake();
    }
  }

  private void wake() {
    partition.reader().loop().execute(this::look);
  }

  private void giveUp() {
    partition
        .reader()
        .loop()
        .execute(
            () -> {
              waitedEnough = true;
              look();
            });
  }

  /** Before the answer, so that whoever waits for it can fetch again. */
  private void end() {
    if (timer != null) {
      timer.cancel(false);
    }
    partition.log().forget(wakeUp);
    partition.ended(this);
  }
}
