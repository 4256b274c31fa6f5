package dev.headgate.server.consume;

import dev.headgate.engine.Position;
import dev.headgate.server.consume.InFlight.State;
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

  private final Subscription subscription;
  private final MessageMover mover;
  private final Membership membership;
  private final DeadlineWheel wheel;
  private boolean tickScheduled;

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
      log.warn(
          "{}: message {} could not be moved after attempt {}; it stays and is tried again",
          subscription.key(),
          new Position(message.window.partition(), message.offset),
          message.attempts,
          failure);
      subscription.metrics().moveRepeated();
      subscription
          .timer()
          .after(MOVE_PAUSE, () -> subscription.run(later -> moveAgain(message, comeback, later)));
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

  private void moveAgain(InFlight message, Comeback comeback, Effects effects) {
    if (subscription.owned().owns(message.window) && message.state == State.MOVING) {
      move(message, comeback, effects);
    }
  }
}
