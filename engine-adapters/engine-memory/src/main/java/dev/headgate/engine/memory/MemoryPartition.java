package dev.headgate.engine.memory;

import dev.headgate.engine.Batch;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.Partition;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A partition in the hands of one reader, for one epoch. When it is taken away this object is done
 * with for good: the same partition comes back as another object, so that work of an old epoch can
 * never pass for work of a new one.
 */
final class MemoryPartition implements OwnedPartition {
  private final Membership membership;
  private final MemoryReader reader;
  private final int index;
  private final long epoch;
  private final long startOffset;
  private final PartitionLog log;
  private final AtomicReference<@Nullable ParkedFetch> open = new AtomicReference<>();
  private volatile @Nullable EngineException refusal;

  MemoryPartition(
      Membership membership, MemoryReader reader, int index, long epoch, long startOffset) {
    this.membership = membership;
    this.reader = reader;
    this.index = index;
    this.epoch = epoch;
    this.startOffset = startOffset;
    this.log = membership.log(index);
  }

  @Override
  public Partition partition() {
    return log.partition();
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public long startOffset() {
    return startOffset;
  }

  @Override
  public CompletionStage<Batch> fetch(long fromOffset, int maxBytes, Duration maxWait) {
    ParkedFetch fetch = new ParkedFetch(this, fromOffset, maxBytes, maxWait);
    if (!open.compareAndSet(null, fetch)) {
      throw new IllegalStateException("a fetch of " + partition() + " is open already");
    }
    if (!reader.loop().execute(fetch::look)) {
      fetch.fail(new EngineException(Kind.CLOSED, "the engine is closed"));
    }
    return fetch.stage();
  }

  @Override
  public CompletionStage<Void> commit(long nextOffset) {
    try {
      membership.commit(this, nextOffset);
      return CompletableFuture.completedStage(null);
    } catch (EngineException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  MemoryReader reader() {
    return reader;
  }

  PartitionLog log() {
    return log;
  }

  int index() {
    return index;
  }

  EngineException fenced() {
    return new EngineException(
        Kind.FENCED, "epoch %d of %s has ended".formatted(epoch, partition()));
  }

  /** Why fetches fail from now on; null while they do not. */
  @Nullable EngineException refusal() {
    return refusal;
  }

  /** Has fetches fail from now on. */
  void refuse(EngineException why) {
    refusal = why;
  }

  /** As {@link #refuse}, and fails the open fetch. On the event loop. */
  void stop(EngineException why) {
    refuse(why);
    ParkedFetch fetch = open.get();
    if (fetch != null) {
      fetch.fail(why);
    }
  }

  /** The fetch has ended: another may be opened. */
  void ended(ParkedFetch fetch) {
    open.compareAndSet(fetch, null);
  }
}
