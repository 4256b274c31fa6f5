package dev.headgate.server.consume;

import dev.headgate.engine.Batch;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.StoredMessage;
import dev.headgate.server.error.EngineErrors;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one partition into its window while there is demand: at most one fetch is open; how much it
 * asks for grows while the partition has a backlog, and shrinks when it is drained, so that an idle
 * partition reserves next to nothing. Methods are called under the subscription's lock, unless they
 * say otherwise.
 */
final class PartitionIntake {
  private static final Logger log = LoggerFactory.getLogger(PartitionIntake.class);
  private static final int MIN_FETCH_BYTES = 64 << 10;
  private static final int MAX_FETCH_BYTES = 1 << 20;
  private static final Duration LONG_POLL = Duration.ofSeconds(15);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

  private final Subscription subscription;
  private final PartitionWindow window;
  private int fetchBytes = MIN_FETCH_BYTES;
  private int asked;
  private int reserved;
  private Duration pause = FIRST_PAUSE;
  private boolean open;
  private boolean paused;
  private boolean looping;

  PartitionIntake(Subscription subscription, PartitionWindow window) {
    this.subscription = subscription;
    this.window = window;
  }

  /** Whether it reads on, and so hears where the partition ends. */
  boolean isOpen() {
    return open;
  }

  /** Starts a fetch if there is demand and none is open. */
  void wake(Effects effects) {
    if (open || paused || !subscription.wants(window)) {
      return;
    }
    open = true;
    reserve();
    if (!looping) {
      effects.add(this::fetch);
    }
  }

  /**
   * What a backlog is about to bring counts before it is there, or all partitions overdraw at once.
   */
  private void reserve() {
    HeldBytes held = subscription.context().heldBytes();
    asked = held.onReserve() ? MIN_FETCH_BYTES : fetchBytes;
    reserved = asked > MIN_FETCH_BYTES ? asked : 0;
    if (reserved > 0) {
      held.reserve(reserved);
    }
  }

  private void giveBackReserved(Effects effects) {
    HeldBytes held = subscription.context().heldBytes();
    if (reserved > 0 && held.unreserve(reserved)) {
      effects.add(held::wakeStarved);
    }
    reserved = 0;
  }

  /**
   * Called without the lock. A loop, not a recursion: an engine may answer at once, any number of
   * times.
   */
  private void fetch() {
    boolean again = true;
    while (again) {
      CompletableFuture<Batch> answer = start().toCompletableFuture();
      if (!answer.isDone()) {
        answer.whenComplete(
            (batch, failure) -> subscription.run(effects -> completed(batch, failure, effects)));
        return;
      }
      boolean[] next = new boolean[1];
      subscription.run(
          effects -> {
            looping = true;
            answer.whenComplete((batch, failure) -> completed(batch, failure, effects));
            looping = false;
            next[0] = open;
          });
      again = next[0];
    }
  }

  private CompletionStage<Batch> start() {
    try {
      return window.owned().fetch(window.readOffset(), asked, LONG_POLL);
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private void completed(@Nullable Batch batch, @Nullable Throwable failure, Effects effects) {
    open = false;
    if (!subscription.owned().owns(window)) {
      giveBackReserved(effects);
      return;
    }
    if (batch != null) {
      pause = FIRST_PAUSE;
      accept(batch, effects);
    }
    giveBackReserved(effects);
    if (failure != null && !recover(EngineErrors.unwrap(failure), effects)) {
      return;
    }
    subscription.pump(effects);
    wake(effects);
  }

  private void accept(Batch batch, Effects effects) {
    long bytes = 0;
    for (StoredMessage stored : batch.messages()) {
      if (stored.offset() >= window.readOffset()) {
        InFlight message = new InFlight(window, stored, RetryHeaders.attempts(stored.message()));
        bytes += message.size;
        subscription.arrived(message, effects);
        window.readOffset(stored.offset() + 1);
      }
    }
    if (batch.nextOffset() > window.readOffset()) {
      window.readOffset(batch.nextOffset());
    }
    window.endOffset(batch.endOffset());
    subscription.edgeMayHaveMoved();
    // The next one parks if this has drained the partition: it shall not reserve much meanwhile.
    long next = bytes * 2 >= asked ? asked * 4L : bytes * 2;
    fetchBytes = (int) Math.max(MIN_FETCH_BYTES, Math.min(MAX_FETCH_BYTES, next));
  }

  /** Whether to go on at once. */
  private boolean recover(Throwable failure, Effects effects) {
    if (failure instanceof EngineException engine) {
      switch (engine.kind()) {
        case FENCED, CLOSED -> {
          return false;
        }
        case OFFSET_OUT_OF_RANGE -> {
          if (engine.correctedOffset() > window.readOffset()) {
            log.warn(
                "{}: messages {} to {} of {} are gone from the engine (retention) before the group"
                    + " has read them",
                subscription.key(),
                window.readOffset(),
                engine.correctedOffset() - 1,
                window.partition());
          }
          long corrected = Math.max(0, engine.correctedOffset());
          if (corrected >= window.readOffset()) {
            window.readOffset(corrected);
            return true;
          }
          log.warn(
              "{}: {} ends at {} now, before what the group has read ({}): the engine has lost"
                  + " messages, or the topic was made anew",
              subscription.key(),
              window.partition(),
              corrected,
              window.readOffset());
          subscription.startOver(window, corrected, effects);
          return false;
        }
        default ->
            log.debug("{}: fetch of {} failed", subscription.key(), window.partition(), engine);
      }
    } else {
      log.error("{}: fetch of {} failed", subscription.key(), window.partition(), failure);
    }
    paused = true;
    Duration now = pause;
    pause = now.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? now.multipliedBy(2) : LONGEST_PAUSE;
    subscription
        .timer()
        .after(
            now,
            () ->
                subscription.run(
                    later -> {
                      paused = false;
                      if (subscription.owned().owns(window)) {
                        wake(later);
                      }
                    }));
    return false;
  }
}
