package dev.headgate.engine.memory;

import dev.headgate.engine.LogReader;
import dev.headgate.engine.ReaderListener;
import dev.headgate.engine.ReaderSpec;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One member of a group. What the {@link Membership} decides is passed to the listener on the
 * engine's event loop, in the order of the decisions.
 */
final class MemoryReader implements LogReader {
  /** How long a revoked partition waits for its owner to settle. */
  private static final Duration REVOKE_LIMIT = Duration.ofSeconds(5);

  private final ReaderSpec spec;
  private final ReaderListener listener;
  private final Membership membership;
  private final EventLoop loop;
  private final Consumer<MemoryReader> onLeft;
  private final CompletableFuture<Void> left = new CompletableFuture<>();

  /**
   * @param onLeft called, perhaps twice, when the reader is out of the group: before {@link #leave}
   *     is answered
   */
  MemoryReader(
      ReaderSpec spec,
      ReaderListener listener,
      Membership membership,
      EventLoop loop,
      Consumer<MemoryReader> onLeft) {
    this.spec = spec;
    this.listener = listener;
    this.membership = membership;
    this.loop = loop;
    this.onLeft = onLeft;
  }

  @Override
  public ReaderSpec spec() {
    return spec;
  }

  EventLoop loop() {
    return loop;
  }

  void join() {
    membership.join(this);
  }

  /** As a broker that has not heard of this member for too long, and then hears of it again. */
  void expire() {
    membership.expire(this);
  }

  @Override
  public CompletionStage<Void> leave() {
    if (!left.isDone()) {
      membership.leave(this);
    }
    return left.minimalCompletionStage();
  }

  @Override
  public void close() {
    membership.expel(this);
    hasLeft();
  }

  void hasLeft() {
    onLeft.accept(this);
    // Behind whatever the listener is still to be told.
    if (!loop.execute(() -> left.complete(null))) {
      left.complete(null);
    }
  }

  void assign(MemoryPartition partition) {
    loop.execute(() -> listener.assigned(partition));
  }

  void revoke(MemoryPartition partition) {
    loop.execute(
        () -> {
          partition.stop(partition.fenced());
          Future<?> limit =
              loop.scheduler()
                  .schedule(
                      () -> membership.release(partition),
                      REVOKE_LIMIT.toMillis(),
                      TimeUnit.MILLISECONDS);
          settled(partition)
              .whenComplete(
                  (done, failure) -> {
                    limit.cancel(false);
                    membership.release(partition);
                  });
        });
  }

  void lose(MemoryPartition partition, boolean tell) {
    partition.refuse(partition.fenced());
    loop.execute(
        () -> {
          partition.stop(partition.fenced());
          if (tell) {
            listener.lost(partition);
          }
        });
  }

  private CompletionStage<Void> settled(MemoryPartition partition) {
    try {
      return listener.revoked(partition);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
