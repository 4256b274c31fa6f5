package dev.headgate.server.consume;

import dev.headgate.engine.Capability;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.Position;
import dev.headgate.server.consume.InFlight.State;
import dev.headgate.server.error.EngineErrors;
import dev.headgate.server.time.LogThrottle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What comes back to a subscription: leases that run out, messages that are nacked, waits that are
 * over; and its moves to the retry and dead-letter topics. Guarded by the subscription's lock.
 */
final class Returns {
  private static final Logger log = LoggerFactory.getLogger(Returns.class);
  private static final Duration TICK = Duration.ofMillis(DeadlineWheel.TICK_MILLIS);
  private static final Duration MOVE_PAUSE = Duration.ofSeconds(1);
  private static final int MOST_DOUBLINGS = 6;
  private static final Duration QUIET = Duration.ofMinutes(1);

  /** A retry may come early by as much as the broker's clock is ahead of the node's. */
  private static final Duration CLOCKS_APART = Duration.ofMinutes(5);

  private final Subscription subscription;
  private final MessageMover mover;
  private final Membership membership;
  private final DeadlineWheel wheel;
  private boolean tickScheduled;
  private @Nullable LogThrottle failedMoves;

  Returns(Subscription subscription, MessageMover mover, Membership membership) {
    this.subscription = subscription;
    this.mover = mover;
    this.membership = membership;
    this.wheel = new DeadlineWheel(subscription.timer().monotonicMillis());
  }

  /** Puts the message under its deadline. */
  void schedule(InFlight message) {
    wheel.add(message);
    scheduleTick();
  }

  /** Puts the message under its deadline again, which has changed. */
  void reschedule(InFlight message) {
    wheel.remove(message);
    schedule(message);
  }

  /** Takes the message out from under its deadline; harmless when it has none. */
  void unschedule(InFlight message) {
    wheel.remove(message);
  }

  /** Gives back what only work needs. */
  void trim() {
    wheel.trim();
  }

  private void scheduleTick() {
    if (!tickScheduled && wheel.size() > 0) {
      tickScheduled = true;
      subscription.timer().after(TICK, () -> subscription.run(this::tick));
    }
  }

  private void tick(Effects effects) {
    tickScheduled = false;
    List<InFlight> due = new ArrayList<>();
    wheel.advance(subscription.timer().monotonicMillis(), due::add);
    for (InFlight message : due) {
      if (message.state == State.LEASED) {
        expire(message, effects);
      } else if (message.state == State.WAITING) {
        ready(message);
      }
    }
    if (!due.isEmpty()) {
      subscription.afterSettling(effects);
    }
    scheduleTick();
  }

  /** The lease has run out. */
  void expire(InFlight message, Effects effects) {
    subscription.closeLease(message);
    subscription.metrics().expired();
    subscription.traceSettled(message, "expired");
    comeBack(message, null, "lease expired", effects);
  }

  /**
   * A message whose lease is closed comes back, after the delay asked for, or the group's back-off
   * for null.
   */
  void comeBack(InFlight message, @Nullable Duration asked, String reason, Effects effects) {
    message.lastReason = reason;
    if (message.window.closing) {
      message.state = State.READY;
      return;
    }
    long now = subscription.timer().monotonicMillis();
    Duration heldFor =
        Duration.ofMillis(message.firstLeasedMillis == 0 ? 0 : now - message.firstLeasedMillis);
    Comeback comeback =
        Comeback.decide(
            subscription.policy(),
            subscription.route().ordered(),
            subscription.context().config().inPlaceDelay(),
            message.attempts,
            asked,
            heldFor);
    if (comeback instanceof Comeback.InPlace inPlace) {
      subscription.metrics().retriedInPlace();
      waitInPlace(message, inPlace.delay().toMillis());
    } else {
      message.state = State.MOVING;
      message.window.moving++;
      move(message, comeback, effects);
    }
  }

  /** May be leased again at once. */
  void ready(InFlight message) {
    message.state = State.READY;
    message.window.dispatch().cameBack(message);
  }

  /** May be leased again after some milliseconds. */
  void waitInPlace(InFlight message, long millis) {
    if (millis <= 0) {
      ready(message);
      return;
    }
    message.state = State.WAITING;
    message.atMillis = subscription.timer().monotonicMillis() + millis;
    schedule(message);
  }

  /**
   * A retry that has come before it is due: it waits here, or is sent round once more where that
   * would hold back others for long (D17).
   */
  void waitUntilDue(InFlight message, long millis, Effects effects) {
    Duration longest = subscription.policy().maxLease();
    boolean engineWaits = subscription.route().engine().capabilities().contains(Capability.DELAY);
    if (engineWaits
        && millis > longest.toMillis()
        && millis > CLOCKS_APART.toMillis()
        && !message.window.closing) {
      message.lastReason = RetryHeaders.reason(message.stored().message());
      message.state = State.MOVING;
      message.window.moving++;
      move(message, new Comeback.ToRetryTopic(Duration.ofMillis(millis)), effects);
    } else {
      waitInPlace(message, millis);
    }
  }

  private void move(InFlight message, Comeback comeback, Effects effects) {
    Position from = new Position(message.window.partition(), message.offset);
    effects.add(
        () ->
            store(message, comeback, from)
                .whenComplete(
                    (position, failure) ->
                        subscription.run(after -> moved(message, comeback, failure, after))));
  }

  private CompletionStage<Position> store(InFlight message, Comeback comeback, Position from) {
    return comeback instanceof Comeback.ToRetryTopic retry
        ? mover.toRetryTopic(
            message.stored().message(), from, message.attempts, message.lastReason, retry.delay())
        : mover.toDeadLetters(
            message.stored().message(), from, message.attempts, message.lastReason);
  }

  private void moved(
      InFlight message, Comeback comeback, @Nullable Throwable failure, Effects effects) {
    if (!subscription.owned().owns(message.window)) {
      return;
    }
    if (failure != null) {
      notMoved(message, comeback, EngineErrors.unwrap(failure), effects);
      return;
    }
    message.window.moving--;
    subscription.finish(message, effects);
    if (comeback instanceof Comeback.ToRetryTopic) {
      subscription.metrics().retriedByTopic();
      effects.add(membership::retryTopicExists);
    } else {
      subscription.metrics().deadLettered();
    }
    subscription.afterSettling(effects);
  }

  private void notMoved(InFlight message, Comeback comeback, Throwable failure, Effects effects) {
    warn(message, failure);
    boolean refused = isRefused(failure);
    if (refused && comeback instanceof Comeback.ToRetryTopic retry) {
      // The broker will not have it: better early, and held here meanwhile, than never.
      message.window.moving--;
      subscription.metrics().retriedInPlace();
      long longest = subscription.policy().maxLease().toMillis();
      waitInPlace(message, Math.min(retry.delay().toMillis(), longest));
      subscription.afterSettling(effects);
      return;
    }
    if (refused) {
      // A message that is nearly too large may fit without it.
      message.lastReason = "";
    }
    subscription.metrics().moveRepeated();
    Duration pause = MOVE_PAUSE.multipliedBy(1L << Math.min(MOST_DOUBLINGS, message.failedMoves++));
    subscription
        .timer()
        .after(pause, () -> subscription.run(later -> moveAgain(message, comeback, later)));
  }

  /** Whether the same message would be refused again. */
  private static boolean isRefused(Throwable failure) {
    return failure instanceof EngineException engine
        && switch (engine.kind()) {
          case INVALID_ARGUMENT, MESSAGE_TOO_LARGE, UNSUPPORTED, PERMISSION_DENIED -> true;
          case UNKNOWN_TOPIC,
              UNAVAILABLE,
              UNCERTAIN,
              THROTTLED,
              DEADLINE_EXCEEDED,
              OFFSET_OUT_OF_RANGE,
              FENCED,
              CLOSED,
              INTERNAL ->
              false;
        };
  }

  private void warn(InFlight message, Throwable failure) {
    LogThrottle throttle = failedMoves;
    if (throttle == null) {
      throttle = new LogThrottle(QUIET);
      failedMoves = throttle;
    }
    long held = throttle.pass(subscription.timer().nanoTime());
    if (held >= 0) {
      log.warn(
          "{}: message {} could not be moved after attempt {}; it stays and is tried again ({} more"
              + " such failures since the last line)",
          subscription.key(),
          new Position(message.window.partition(), message.offset),
          message.attempts,
          held,
          failure);
    }
  }

  private void moveAgain(InFlight message, Comeback comeback, Effects effects) {
    if (subscription.owned().owns(message.window) && message.state == State.MOVING) {
      move(message, comeback, effects);
    }
  }
}
