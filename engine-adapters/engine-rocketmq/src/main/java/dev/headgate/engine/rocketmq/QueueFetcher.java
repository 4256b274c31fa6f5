package dev.headgate.engine.rocketmq;

import dev.headgate.engine.Batch;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.StoredMessage;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Fetches from one queue.
 *
 * <p>The broker holds a pull that finds nothing, but looks at its clock every few seconds only, so
 * a fetch that wants to wait less leaves its pull standing and takes no notice of when it ends. The
 * next fetch from the same offset uses the standing pull; what arrived meanwhile, one pull's worth
 * at most, is kept for it. So short waits cost the broker nothing, and a message that arrives while
 * nobody waits is not missed.
 *
 * <p>A message that arrives just while the broker puts a pull aside does not wake it; the broker
 * then finds it with its next look at the clock, up to five seconds later. So each pull that is
 * left standing is followed by a second look that does not wait.
 *
 * <p>All state is the mailbox's.
 */
final class QueueFetcher {
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration KEEP = Duration.ofSeconds(1);
  private static final Duration SECOND_LOOK = Duration.ofMillis(20);

  /** How the queue is read; completes on any thread. */
  interface Source {
    CompletableFuture<Pulled> pull(long offset, Duration suspend);
  }

  private final Remote remote;
  private final Mailbox mailbox;
  private final Source source;
  private final Duration suspend;
  private final BooleanSupplier mayServe;
  private final LongConsumer onMoved;

  private @Nullable Waiting waiting;
  private @Nullable Pull standing;
  private final Deque<StoredMessage> kept = new ArrayDeque<>();
  // Where what is kept begins, and where to go on after it.
  private long keptFrom = -1;
  private long keptNext = -1;
  private long endOffset = -1;
  private boolean forgettingScheduled;
  private long servedNanos;
  private boolean paused;
  private @Nullable EngineException ended;

  private static final class Waiting {
    final CompletableFuture<Batch> answer;
    final int maxBytes;
    final boolean parks;
    long from;
    @Nullable Timeout limit;
    @Nullable EngineException lastFailure;

    Waiting(CompletableFuture<Batch> answer, long from, int maxBytes, boolean parks) {
      this.answer = answer;
      this.from = from;
      this.maxBytes = maxBytes;
      this.parks = parks;
    }
  }

  /** By identity: the same offset may be pulled from again. */
  private static final class Pull {
    final long offset;
    final Kind kind;
    final long begunNanos = System.nanoTime();

    Pull(long offset, Kind kind) {
      this.offset = offset;
      this.kind = kind;
    }

    enum Kind {
      /** Waits at the broker, for fetches that park. */
      STANDING,
      /** Follows a standing one. */
      SECOND_LOOK,
      /** For a fetch that does not park. */
      AT_ONCE,
    }
  }

  /**
   * A fetcher.
   *
   * @param mayServe whether messages may go out now; if not, {@link #resume} is called later
   * @param onMoved told of an offset that was out of range, and where to go on; in the mailbox
   */
  QueueFetcher(
      Remote remote,
      Mailbox mailbox,
      Duration suspend,
      Source source,
      BooleanSupplier mayServe,
      LongConsumer onMoved) {
    this.mayServe = mayServe;
    this.remote = remote;
    this.mailbox = mailbox;
    this.suspend = suspend;
    this.source = source;
    this.onMoved = onMoved;
  }

  CompletionStage<Batch> fetch(long fromOffset, int maxBytes, Duration maxWait) {
    CompletableFuture<Batch> answer = new CompletableFuture<>();
    mailbox.execute(() -> begin(answer, fromOffset, maxBytes, maxWait));
    return answer;
  }

  /** Keeps answers back until {@link #resume}; in the mailbox. */
  void pause() {
    paused = true;
  }

  /** In the mailbox. */
  void resume() {
    if (paused) {
      paused = false;
      proceed();
    }
  }

  /** Fails what waits and whatever comes; in the mailbox. */
  void end(EngineException failure) {
    if (ended == null) {
      ended = failure;
      kept.clear();
      fail(failure);
    }
  }

  private void begin(CompletableFuture<Batch> answer, long from, int maxBytes, Duration maxWait) {
    if (ended != null) {
      answer.completeExceptionally(ended);
      return;
    }
    if (waiting != null) {
      answer.completeExceptionally(
          new IllegalStateException("a fetch of this partition is open already"));
      return;
    }
    if (from < 0) {
      answer.completeExceptionally(
          EngineException.offsetOutOfRange("offset " + from + " is negative", 0));
      return;
    }
    Waiting mine = new Waiting(answer, from, maxBytes, !maxWait.isZero());
    waiting = mine;
    proceed();
    if (waiting == mine && (mine.parks || paused)) {
      mine.limit = remote.schedule(maxWait, () -> mailbox.executeHere(() -> overdue(mine)));
    }
  }

  /** Serves the fetch that waits from what is kept, or pulls for it. */
  private void proceed() {
    Waiting mine = waiting;
    if (mine == null || paused) {
      return;
    }
    if (keptFrom != mine.from) {
      kept.clear();
      keptFrom = -1;
    }
    if (!kept.isEmpty() && !mayServe.getAsBoolean()) {
      paused = true;
    } else if (!kept.isEmpty()) {
      serve(mine);
    } else if (!mine.parks) {
      pull(new Pull(mine.from, Pull.Kind.AT_ONCE), Duration.ZERO);
    } else if (standing == null || standing.offset != mine.from) {
      Pull stands = new Pull(mine.from, Pull.Kind.STANDING);
      standing = stands;
      pull(stands, suspend);
      remote.schedule(SECOND_LOOK, () -> mailbox.executeHere(() -> lookAgain(stands)));
    }
  }

  private void lookAgain(Pull stands) {
    if (standing == stands && ended == null) {
      pull(new Pull(stands.offset, Pull.Kind.SECOND_LOOK), Duration.ZERO);
    }
  }

  private void pull(Pull mine, Duration longest) {
    source
        .pull(mine.offset, longest)
        .whenComplete(
            (pulled, failure) -> mailbox.executeHere(() -> answered(mine, pulled, failure)));
  }

  private void answered(Pull mine, @Nullable Pulled pulled, @Nullable Throwable failure) {
    if (ended != null || isStale(mine, pulled)) {
      return;
    }
    boolean parks = mine.kind != Pull.Kind.AT_ONCE;
    if (parks) {
      standing = null;
    }
    Waiting served =
        waiting != null && waiting.from == mine.offset && waiting.parks == parks ? waiting : null;
    if (pulled instanceof Pulled.Found found) {
      found(mine, found, served);
    } else if (served != null && pulled instanceof Pulled.Moved moved) {
      onMoved.accept(moved.correctedOffset());
      fail(
          EngineException.offsetOutOfRange(
              "offset %d is not in the partition".formatted(mine.offset), moved.correctedOffset()));
    } else if (served != null) {
      served.lastFailure = unavailable(failure);
      if (!served.parks || served.lastFailure.kind() != EngineException.Kind.UNAVAILABLE) {
        fail(served.lastFailure);
      } else {
        proceedLater();
      }
    }
  }

  /** Whether a pull's answer is of no use: another has replaced it, or it only confirms another. */
  private boolean isStale(Pull mine, @Nullable Pulled pulled) {
    return switch (mine.kind) {
      case STANDING -> mine != standing;
      case SECOND_LOOK ->
          standing == null
              || standing.offset != mine.offset
              || !(pulled instanceof Pulled.Found found && found.nextOffset() > mine.offset);
      case AT_ONCE -> false;
    };
  }

  private void found(Pull mine, Pulled.Found found, @Nullable Waiting served) {
    endOffset = found.endOffset();
    if (!found.messages().isEmpty()) {
      if (served != null || waiting == null) {
        kept.clear();
        kept.addAll(found.messages());
        keptFrom = mine.offset;
        keptNext = found.nextOffset();
        servedNanos = System.nanoTime();
        forgetLater();
      }
      proceed();
    } else if (served != null) {
      served.lastFailure = null;
      boolean moved = found.nextOffset() > served.from;
      served.from = found.nextOffset();
      if (moved) {
        // All of it was filtered out.
        proceed();
      } else if (!served.parks) {
        finish(served, new Batch(List.of(), served.from, endOffset));
      } else if (System.nanoTime() - mine.begunNanos < PAUSE.toNanos()) {
        proceedLater();
      } else {
        proceed();
      }
    }
  }

  /**
   * What nobody fetches counts in nobody's budget: it is let go soon, and pulled again when it is
   * wanted.
   */
  private void forgetLater() {
    if (!forgettingScheduled) {
      forgettingScheduled = true;
      remote.schedule(KEEP, () -> mailbox.executeHere(this::forgetUnlessFetched));
    }
  }

  private void forgetUnlessFetched() {
    forgettingScheduled = false;
    if (kept.isEmpty()) {
      return;
    }
    if (waiting == null && System.nanoTime() - servedNanos >= KEEP.toNanos()) {
      kept.clear();
      keptFrom = -1;
    } else {
      forgetLater();
    }
  }

  private void proceedLater() {
    remote.schedule(PAUSE, () -> mailbox.executeHere(this::proceed));
  }

  private void overdue(Waiting mine) {
    if (waiting != mine) {
      return;
    }
    if (mine.lastFailure != null) {
      fail(mine.lastFailure);
    } else {
      finish(mine, new Batch(List.of(), mine.from, endOffset));
    }
  }

  private void serve(Waiting mine) {
    List<StoredMessage> messages = new ArrayList<>();
    int bytes = 0;
    for (StoredMessage next = kept.peek(); next != null; next = kept.peek()) {
      bytes += next.message().size();
      if (!messages.isEmpty() && bytes > mine.maxBytes) {
        break;
      }
      messages.add(kept.remove());
    }
    keptFrom = kept.isEmpty() ? keptNext : messages.get(messages.size() - 1).offset() + 1;
    servedNanos = System.nanoTime();
    finish(mine, new Batch(messages, keptFrom, endOffset));
  }

  private void finish(Waiting mine, Batch batch) {
    waiting = null;
    if (mine.limit != null) {
      mine.limit.cancel();
    }
    mine.answer.complete(batch);
  }

  private void fail(EngineException failure) {
    Waiting mine = waiting;
    waiting = null;
    if (mine != null) {
      if (mine.limit != null) {
        mine.limit.cancel();
      }
      mine.answer.completeExceptionally(failure);
    }
  }

  private static EngineException unavailable(@Nullable Throwable failure) {
    return BrokerAnswer.unwrap(failure == null ? new AssertionError() : failure);
  }
}
