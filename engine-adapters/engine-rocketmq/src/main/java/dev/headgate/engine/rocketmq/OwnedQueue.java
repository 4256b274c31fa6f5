package dev.headgate.engine.rocketmq;

import dev.headgate.engine.Batch;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.Partition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A queue while its reader owns it. Thread-safe: all state is the mailbox's. */
final class OwnedQueue implements OwnedPartition {
  /** How positions reach the broker. */
  interface Positions {
    CompletableFuture<Void> commit(long nextOffset);
  }

  private final Partition partition;
  private final long epoch;
  private final long startOffset;
  private final Mailbox mailbox;
  private final Positions positions;
  private final QueueFetcher fetcher;

  private long committed;
  private @Nullable Commit open;
  private @Nullable Commit next;
  private final Duration lockLifetime;
  private boolean doubted;
  private long confirmedNanos = System.nanoTime();
  private @Nullable EngineException ended;
  private final CompletableFuture<Void> quiet = new CompletableFuture<>();

  private record Commit(long nextOffset, List<CompletableFuture<Void>> answers) {}

  OwnedQueue(
      Partition partition,
      long epoch,
      long startOffset,
      long committed,
      Remote remote,
      Duration suspend,
      Duration lockLifetime,
      QueueFetcher.Source source,
      Positions positions) {
    this.partition = partition;
    this.epoch = epoch;
    this.startOffset = startOffset;
    this.committed = committed;
    this.positions = positions;
    this.lockLifetime = lockLifetime;
    this.mailbox = new Mailbox(remote.executor());
    this.fetcher =
        new QueueFetcher(remote, mailbox, suspend, source, this::isConfirmed, this::moved);
  }

  @Override
  public Partition partition() {
    return partition;
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
    return fetcher.fetch(fromOffset, maxBytes, maxWait);
  }

  @Override
  public CompletionStage<Void> commit(long nextOffset) {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    mailbox.execute(() -> begin(nextOffset, answer));
    return answer;
  }

  /** The broker has to confirm the ownership again before anything goes out or in. */
  void doubt() {
    mailbox.execute(
        () -> {
          doubted = true;
          fetcher.pause();
        });
  }

  /** The broker has confirmed the ownership when it was asked then. */
  void confirm(long askedNanos) {
    mailbox.execute(
        () -> {
          boolean wasAway = doubted;
          doubted = false;
          confirmedNanos = askedNanos;
          if (wasAway) {
            commitAgain();
          }
          fetcher.resume();
        });
  }

  /**
   * A broker writes positions to its disk every few seconds only: one that has died meanwhile has
   * forgotten the last, or all of a new group.
   */
  private void commitAgain() {
    if (committed >= 0 && next == null && ended == null) {
      next = new Commit(committed, new ArrayList<>());
      sendNext();
    }
  }

  /** A process that was halted for long wakes with a lock that is no longer its own. */
  private boolean isConfirmed() {
    return !doubted && System.nanoTime() - confirmedNanos < lockLifetime.toNanos();
  }

  /** Ends fetches; commits go on. Completes when no fetch will complete any more. */
  CompletableFuture<Void> endFetches() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    mailbox.execute(
        () -> {
          fetcher.end(fenced());
          done.complete(null);
        });
    return done;
  }

  /** Ends everything. Completes when no commit is on its way to the broker any more. */
  CompletableFuture<Void> end() {
    mailbox.execute(
        () -> {
          EngineException failure = fenced();
          fetcher.end(failure);
          ended = failure;
          if (next != null) {
            fail(next, failure);
            next = null;
          }
          if (open == null) {
            quiet.complete(null);
          }
        });
    return quiet;
  }

  private void begin(long nextOffset, CompletableFuture<Void> answer) {
    if (ended != null) {
      answer.completeExceptionally(ended);
    } else if (nextOffset <= committed) {
      answer.complete(null);
    } else if (!isConfirmed()) {
      answer.completeExceptionally(
          new EngineException(
              Kind.UNAVAILABLE, "partition '%s': the broker is away".formatted(partition)));
    } else if (next != null) {
      next.answers().add(answer);
      next = new Commit(Math.max(next.nextOffset(), nextOffset), next.answers());
    } else {
      next = new Commit(nextOffset, new ArrayList<>(List.of(answer)));
      sendNext();
    }
  }

  private void sendNext() {
    Commit mine = next;
    if (open != null || mine == null) {
      return;
    }
    next = null;
    open = mine;
    // What was to be committed again may have been overtaken by a commit that was under way.
    positions
        .commit(Math.max(mine.nextOffset(), committed))
        .whenComplete((done, failure) -> mailbox.executeHere(() -> committed(mine, failure)));
  }

  private void committed(Commit mine, @Nullable Throwable failure) {
    open = null;
    if (failure == null) {
      committed = Math.max(committed, mine.nextOffset());
      mine.answers().forEach(answer -> answer.complete(null));
    } else {
      fail(mine, BrokerAnswer.unwrap(failure));
    }
    if (ended != null) {
      quiet.complete(null);
    } else {
      sendNext();
    }
  }

  /** The queue no longer holds what was committed: positions may go back once. */
  private void moved(long corrected) {
    committed = Math.min(committed, corrected);
  }

  private static void fail(Commit commit, EngineException failure) {
    commit.answers().forEach(answer -> answer.completeExceptionally(failure));
  }

  private EngineException fenced() {
    return new EngineException(
        Kind.FENCED,
        "partition '%s', epoch %d, is no longer this reader's".formatted(partition, epoch));
  }
}
