package dev.headgate.server.consume;

import dev.headgate.engine.Filter;
import dev.headgate.engine.TopicName;
import dev.headgate.server.error.EngineErrors;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.routing.GroupPolicy;
import dev.headgate.server.routing.Route;
import dev.headgate.server.routing.TopicCreation;
import dev.headgate.server.time.Timer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The life of a subscription on this node: joins its group when it is first asked for, leaves when
 * nobody has asked for a while, and joins again if somebody asks while it leaves. Thread-safe.
 */
final class OpenSubscription {
  private enum Phase {
    NEW,
    JOINING,
    JOINED,
    LEAVING,
    MOVING,
    CLOSED
  }

  private static final Duration JOIN_WAIT = Duration.ofSeconds(1);
  private static final Duration ANSWERING = Duration.ofMillis(100);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final Subscription subscription;
  private final Membership membership;
  private final Consumer<OpenSubscription> onClosed;
  private Phase phase = Phase.NEW;
  // It never joins again, whatever is under way ends with.
  private boolean finished;
  private boolean provisional;

  OpenSubscription(
      SubscriptionKey key,
      Route route,
      GroupPolicy policy,
      Filter filter,
      ConsumeContext context,
      TopicCreation creation,
      boolean provisional,
      Consumer<OpenSubscription> onClosed) {
    MessageMover mover =
        new MessageMover(key.topic(), key.group(), route, creation, context.timer());
    TopicName retryTopic = mover.retryTopic();
    this.membership = new Membership(key, route, policy, filter, creation, retryTopic);
    this.subscription = new Subscription(key, route, policy, context, mover, membership);
    subscription.opened();
    this.onClosed = onClosed;
    this.provisional = provisional;
  }

  Subscription subscription() {
    return subscription;
  }

  Filter filter() {
    return membership.filter();
  }

  /** Whether it was opened to settle leases, and no receive has said which messages it wants. */
  synchronized boolean isProvisional() {
    return provisional;
  }

  /**
   * A receive that comes while the group is being joined waits for that, so that an unknown topic
   * is told; but not past the deadline of its call.
   */
  void receive(ParkedReceive receive, Duration maxWait, long deadlineNanos) {
    Duration wait = maxWait;
    synchronized (this) {
      provisional = false;
      if (phase != Phase.JOINED && maxWait.compareTo(JOIN_WAIT) < 0) {
        Duration left =
            Duration.ofNanos(deadlineNanos - subscription.timer().nanoTime()).minus(ANSWERING);
        wait = left.compareTo(JOIN_WAIT) < 0 ? left : JOIN_WAIT;
      }
    }
    subscription.receive(receive, wait);
    ensureJoined();
  }

  /** Closes it unless it is joined, or under way there; returns whether it is closed. */
  synchronized boolean closeUnjoined() {
    if (phase == Phase.NEW) {
      phase = Phase.CLOSED;
    }
    return phase == Phase.CLOSED;
  }

  /**
   * Says that somebody is about to ask; false when it is closed, and another one has to be opened.
   */
  synchronized boolean touch() {
    if (phase == Phase.CLOSED) {
      return false;
    }
    subscription.touch();
    return true;
  }

  /** Joins unless it has. */
  void ensureJoined() {
    synchronized (this) {
      if (phase != Phase.NEW) {
        return;
      }
      phase = Phase.JOINING;
    }
    membership
        .join(subscription)
        .whenComplete(
            (done, failure) -> {
              joined(failure == null);
              if (isFinished()) {
                membership.leave();
              }
              if (failure != null) {
                subscription.failParked(EngineErrors.map(failure, subscription.key().toString()));
              }
            });
  }

  private synchronized void joined(boolean succeeded) {
    if (phase == Phase.JOINING) {
      phase = succeeded ? Phase.JOINED : Phase.NEW;
    }
  }

  /** Leaves when idle; looks for what other nodes may have created. */
  void sweep() {
    boolean leaving = false;
    synchronized (this) {
      if (phase == Phase.NEW && subscription.idle()) {
        phase = Phase.CLOSED;
      } else if (phase == Phase.JOINED && subscription.idle()) {
        phase = Phase.LEAVING;
        leaving = true;
      }
    }
    if (leaving) {
      membership.leave().whenComplete((left, failure) -> afterLeaving());
    } else if (isClosed()) {
      onClosed.accept(this);
    } else {
      membership.lookForRetryTopic();
      subscription.lookAtEnds();
      subscription.trim();
    }
  }

  /** The retry topic may have come into being. */
  void lookForRetries() {
    membership.lookForRetryTopic();
  }

  private void afterLeaving() {
    boolean again;
    synchronized (this) {
      again = !finished && !subscription.idle();
      phase = again ? Phase.NEW : Phase.CLOSED;
    }
    if (again) {
      ensureJoined();
    } else {
      onClosed.accept(this);
    }
  }

  /**
   * Moves the group's positions (D24): leaves the group, so that nobody here reads or commits, has
   * the positions moved, and joins again. Parked receives stay parked. While the group is being
   * joined or left it waits, up to the deadline.
   */
  CompletionStage<Void> move(Supplier<CompletionStage<Void>> positions, long deadlineNanos) {
    CompletableFuture<Void> moved = new CompletableFuture<>();
    move(positions, deadlineNanos, moved);
    return moved;
  }

  private void move(
      Supplier<CompletionStage<Void>> positions,
      long deadlineNanos,
      CompletableFuture<Void> moved) {
    Phase before;
    synchronized (this) {
      before = phase;
      if (before == Phase.NEW || before == Phase.CLOSED || before == Phase.JOINED) {
        phase = Phase.MOVING;
      }
    }
    switch (before) {
      case NEW, CLOSED -> move(positions, before, moved);
      case JOINED -> {
        subscription
            .fence()
            .thenCompose(committed -> membership.leave())
            .whenComplete((left, failure) -> move(positions, Phase.NEW, moved));
      }
      case JOINING, LEAVING, MOVING -> waitToMove(positions, deadlineNanos, moved);
    }
  }

  private void waitToMove(
      Supplier<CompletionStage<Void>> positions,
      long deadlineNanos,
      CompletableFuture<Void> moved) {
    Timer timer = subscription.timer();
    if (deadlineNanos - timer.nanoTime() < LOOK_AGAIN.toNanos()) {
      moved.completeExceptionally(
          new GatewayException(
              ErrorCode.DEADLINE_EXCEEDED,
              subscription.key()
                  + ": this node is still joining or leaving it; nothing was moved"));
    } else {
      timer.after(LOOK_AGAIN, () -> move(positions, deadlineNanos, moved));
    }
  }

  private void move(
      Supplier<CompletionStage<Void>> positions, Phase after, CompletableFuture<Void> moved) {
    CompletionStage<Void> moving;
    try {
      moving = positions.get();
    } catch (RuntimeException e) {
      moving = CompletableFuture.failedStage(e);
    }
    moving.whenComplete(
        (done, failure) -> {
          boolean closed;
          synchronized (this) {
            closed = finished;
            phase = closed ? Phase.CLOSED : after;
          }
          if (closed) {
            onClosed.accept(this);
          } else if (after == Phase.NEW && !subscription.idle()) {
            ensureJoined();
          }
          if (failure == null) {
            moved.complete(null);
          } else {
            moved.completeExceptionally(failure);
          }
        });
  }

  /**
   * The topic has another route: leaves for good, with time to settle what is leased, and makes
   * place for a subscription that follows the new one.
   */
  void retire() {
    synchronized (this) {
      if (finished || phase == Phase.CLOSED) {
        return;
      }
      finished = true;
    }
    subscription.retire();
    leaveForGood();
  }

  private CompletionStage<Void> leaveForGood() {
    boolean underWay;
    synchronized (this) {
      // Both end by themselves, and see that it is finished.
      underWay = phase == Phase.LEAVING || phase == Phase.MOVING;
      if (!underWay) {
        phase = Phase.LEAVING;
      }
    }
    CompletionStage<Void> left = membership.leave();
    if (!underWay) {
      left.whenComplete((done, failure) -> afterLeaving());
    }
    return left;
  }

  private synchronized boolean isFinished() {
    return finished;
  }

  private synchronized boolean isClosed() {
    return phase == Phase.CLOSED;
  }

  /** Leaves for good. */
  CompletionStage<Void> leave() {
    synchronized (this) {
      finished = true;
    }
    return leaveForGood();
  }
}
