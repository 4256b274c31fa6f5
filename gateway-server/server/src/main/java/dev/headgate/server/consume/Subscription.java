package dev.headgate.server.consume;

import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.Partition;
import dev.headgate.engine.TopicName;
import dev.headgate.server.consume.InFlight.State;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.metrics.GroupMetrics;
import dev.headgate.server.routing.GroupPolicy;
import dev.headgate.server.routing.Route;
import dev.headgate.server.time.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group on a topic, as this node serves it: the partitions that it owns ({@link OwnedWindows}),
 * the receives that are parked ({@link ReceiveQueue}), and what comes back ({@link Returns}).
 *
 * <p>The life of a message, under one lock for the whole subscription:
 *
 * <pre>
 *   fetched ─▶ READY ─lease─▶ LEASED ─ack─▶ DONE (the partition's edge may move; it is committed on a timer)
 *     │          ▲              │ nack, or the lease expires
 *     │          │              ├─ wait in place ─▶ WAITING ─time─▶ READY
 *     ▼          │              └─ to the retry or dead-letter topic ─▶ MOVING ─stored─▶ DONE
 *   BLOCKED (ordered: behind an unsettled message of its key) ─settled─▶ READY
 * </pre>
 *
 * <p>Nothing foreign runs under the lock: answers to clients and calls to the engine are collected
 * as {@link Effects} and run after it is released. Fetches, timers and clients may come in on any
 * thread.
 */
final class Subscription {
  private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);

  /** Until the next subscription is there. */
  private static final Duration RETIRED_PAUSE = Duration.ofMillis(200);

  private final SubscriptionKey key;
  private volatile Route route;
  private volatile GroupPolicy policy;
  private final ConsumeContext context;
  private final GroupMetrics metrics;

  private final Object lock = new Object();
  private final OwnedWindows owned;
  private final ReceiveQueue queue;
  private final Returns returns;
  private final Leasing leasing = new Leasing(this);
  private final Runnable wakeWhenStarved;
  private final GroupMetrics.Backlog backlog =
      new GroupMetrics.Backlog() {
        @Override
        public long oldestMillis() {
          return Subscription.this.oldestMillis();
        }

        @Override
        public long messages() {
          synchronized (lock) {
            return owned.lag();
          }
        }
      };
  private @Nullable CompletableFuture<@Nullable Void> quiet;
  private boolean draining;
  private boolean retired;
  private long heldBytes;
  private long fencedBelowSerial;
  private long lastAskedMillis;
  private volatile boolean dirty;

  Subscription(
      SubscriptionKey key,
      Route route,
      GroupPolicy policy,
      ConsumeContext context,
      MessageMover mover,
      Membership membership) {
    this.key = key;
    this.route = route;
    this.policy = policy;
    this.context = context;
    this.metrics = context.metrics().group(key.topic(), key.group());
    this.owned = new OwnedWindows(this);
    this.queue = new ReceiveQueue(context.timer(), metrics);
    this.returns = new Returns(this, mover, membership);
    this.wakeWhenStarved = () -> run(owned::wakeIntakes);
    this.lastAskedMillis = context.timer().monotonicMillis();
  }

  SubscriptionKey key() {
    return key;
  }

  Route route() {
    return route;
  }

  GroupPolicy policy() {
    return policy;
  }

  Timer timer() {
    return context.timer();
  }

  ConsumeContext context() {
    return context;
  }

  GroupMetrics metrics() {
    return metrics;
  }

  /** Used under the lock only, as the next. */
  OwnedWindows owned() {
    return owned;
  }

  Returns returns() {
    return returns;
  }

  /** Runs a step under the lock, then its effects without it. */
  void run(Consumer<Effects> step) {
    Effects effects = new Effects();
    synchronized (lock) {
      step.accept(effects);
    }
    effects.run();
  }

  // ------------------------------------------------------------------------------------------------ receiving

  void receive(ParkedReceive receive, Duration maxWait) {
    run(
        effects -> {
          lastAskedMillis = timer().monotonicMillis();
          queue.seen(receive.caller.clientId());
          if (draining || retired) {
            answerEmpty(receive, effects);
            return;
          }
          if (queue.isEmpty() && owned.ready() > 0) {
            leasing.lease(receive, receive.maxMessages, effects);
          } else if (maxWait.isZero() || maxWait.isNegative()) {
            answerEmpty(receive, effects);
          } else {
            queue.park(receive, maxWait, () -> run(late -> endParked(receive, late)));
          }
          owned.wakeIntakes(effects);
        });
  }

  private void endParked(ParkedReceive receive, Effects effects) {
    if (queue.remove(receive)) {
      answerEmpty(receive, effects);
    }
  }

  private void answerEmpty(ParkedReceive receive, Effects effects) {
    Received nothing = new Received(List.of(), retired ? RETIRED_PAUSE : Duration.ZERO, draining);
    effects.add(() -> receive.complete(nothing));
  }

  /** The client has gone: what it has not seen is given back, as if it had never been leased. */
  void abandon(ParkedReceive receive) {
    run(
        effects -> {
          endParked(receive, effects);
          List<Grant> grants = receive.grants;
          if (grants == null) {
            return;
          }
          receive.grants = null;
          for (int i = grants.size() - 1; i >= 0; i--) {
            InFlight message = grants.get(i).message();
            if (message.state == State.LEASED
                && message.serial == grants.get(i).token().serial()
                && owned.owns(message.window)) {
              closeLease(message);
              message.attempts--;
              returns.ready(message);
            }
          }
          afterSettling(effects);
        });
  }

  /** Other rules hold from now on: for what is leased, and what comes back, later. */
  void reconfigure(Route newRoute, GroupPolicy newPolicy) {
    run(
        effects -> {
          route = newRoute;
          policy = newPolicy;
          owned.wakeIntakes(effects);
        });
  }

  /** Leases nothing more, and answers every receive: the topic goes to another subscription. */
  void retire() {
    run(
        effects -> {
          retired = true;
          owned.stopLeasing();
          queue.removeAll().forEach(receive -> answerEmpty(receive, effects));
        });
  }

  /** Fails every parked receive: the subscription could not be opened. */
  void failParked(GatewayException failure) {
    run(effects -> queue.removeAll().forEach(receive -> effects.add(() -> receive.fail(failure))));
  }

  /** Somebody is about to ask. */
  void touch() {
    synchronized (lock) {
      lastAskedMillis = timer().monotonicMillis();
    }
  }

  // ------------------------------------------------------------------------------------------------ leasing

  /**
   * Shares what is ready out among the parked receives, evenly, so that all of them get work (D18).
   */
  void pump(Effects effects) {
    while (!queue.isEmpty()) {
      int ready = owned.ready();
      if (ready == 0) {
        return;
      }
      int share = Math.max(1, (ready + queue.size() - 1) / queue.size());
      ParkedReceive receive = queue.take();
      leasing.lease(receive, Math.min(share, receive.maxMessages), effects);
    }
  }

  // ------------------------------------------------------------------------------------------------ intake

  /** Whether the window should be read on: somebody asks, and the budgets allow (D22). */
  boolean wants(PartitionWindow window) {
    return !draining
        && !retired
        && !window.closing
        && owned.owns(window)
        && heldBytes < policy.prefetchBytes()
        && window.span() < context.config().maxSpan()
        && asked()
        && !context.heldBytes().spent(heldBytes == 0, wakeWhenStarved);
  }

  private boolean asked() {
    return !queue.isEmpty()
        || timer().monotonicMillis() - lastAskedMillis < context.config().idleAfter().toMillis();
  }

  void arrived(InFlight message, Effects effects) {
    PartitionWindow window = message.window;
    heldBytes += message.cost();
    context.heldBytes().add(message.cost());
    metrics.held(message.cost());
    if (!window.add(message)
        || RetryHeaders.isForAnother(key.group(), message.stored().message())) {
      finish(message, effects);
      return;
    }
    long wait =
        window.isRetryTopic()
            ? RetryHeaders.dueMillis(message.stored().message()) - timer().millis()
            : 0;
    if (wait > 0) {
      returns.waitUntilDue(message, wait, effects);
    } else {
      window.dispatch().arrived(message);
    }
  }

  void edgeMayHaveMoved() {
    dirty = true;
  }

  // ------------------------------------------------------------------------------------------------ settling

  /** Ends a lease without deciding what becomes of the message. */
  void closeLease(InFlight message) {
    returns.unschedule(message);
    message.window.openLeases--;
    metrics.leaseClosed();
  }

  /** How long the lease that is open, or was last, has been held. */
  long heldMillis(InFlight message) {
    return timer().monotonicMillis() - message.leasedMillis;
  }

  /** Tells a tracing system how a lease has ended. */
  void traceSettled(InFlight message, String how) {
    context
        .trace()
        .settled(
            key.topic(),
            key.group(),
            message.stored().message(),
            message.attempts,
            heldMillis(message),
            how);
  }

  /** The message is settled for good. */
  void finish(InFlight message, Effects effects) {
    returns.unschedule(message);
    message.window.dispatch().settled(message);
    message.settle();
    release(message, effects);
    message.window.advanceEdge();
    dirty = true;
  }

  /** The message's partition has gone: it is delivered again by the next owner. */
  void forget(InFlight message, Effects effects) {
    returns.unschedule(message);
    release(message, effects);
    if (message.state == State.LEASED) {
      metrics.leaseLost();
    }
  }

  private void release(InFlight message, Effects effects) {
    heldBytes -= message.cost();
    metrics.released(message.cost());
    if (context.heldBytes().release(message.cost())) {
      effects.add(context.heldBytes()::wakeStarved);
    }
  }

  /**
   * To be called last in every step that ends leases: what has become free is leased, fetched,
   * handed over.
   */
  void afterSettling(Effects effects) {
    owned.checkHandovers(effects);
    checkQuiet(effects);
    pump(effects);
    owned.wakeIntakes(effects);
  }

  // ------------------------------------------------------------------------------------------------ membership

  void assigned(OwnedPartition partition, boolean retryTopic) {
    run(
        effects ->
            owned.assigned(
                window(partition, retryTopic, partition.startOffset()),
                !draining && !retired,
                effects));
  }

  private PartitionWindow window(OwnedPartition partition, boolean retryTopic, long from) {
    Dispatch dispatch =
        route.ordered() && !retryTopic ? new KeyedDispatch() : new UnorderedDispatch();
    return new PartitionWindow(partition, retryTopic, dispatch, from);
  }

  /**
   * The engine no longer holds what was read, after the loss of a disk for example: what is in
   * flight is forgotten, and the partition, which stays owned, read from an earlier offset.
   */
  void startOver(PartitionWindow window, long from, Effects effects) {
    if (!window.closing) {
      owned.assigned(
          window(window.owned(), window.isRetryTopic(), from), !draining && !retired, effects);
    }
  }

  CompletionStage<Void> revoked(OwnedPartition partition) {
    CompletableFuture<@Nullable Void> handedOver = new CompletableFuture<>();
    run(effects -> owned.revoked(partition, handedOver, effects));
    return handedOver;
  }

  void lost(OwnedPartition partition) {
    run(effects -> owned.lost(partition, effects));
  }

  /** Runs the step when the partition is owned here, perhaps never. */
  void await(Partition partition, Runnable step) {
    run(
        effects -> {
          lastAskedMillis = timer().monotonicMillis();
          owned.await(partition, step, effects);
        });
  }

  /** Nobody waits for the partition with this step any more. */
  void stopAwaiting(Partition partition, Runnable step) {
    synchronized (lock) {
      owned.stopAwaiting(partition, step);
    }
  }

  /**
   * The group is about to be moved (D24): what is held or leased is forgotten, and what clients do
   * with leases from before has no effect any more. Completes when what they have settled is
   * committed; never fails.
   */
  CompletionStage<Void> fence() {
    CompletableFuture<@Nullable Void> committed = new CompletableFuture<>();
    run(
        effects -> {
          fencedBelowSerial = context.serials().next();
          owned.forgetAll(committed, effects);
        });
    return committed;
  }

  /** Whether the lease is one from before the group was moved. */
  boolean isFenced(LeaseToken token) {
    return token.incarnation() == context.incarnation() && token.serial() < fencedBelowSerial;
  }

  // ------------------------------------------------------------------------------------------------ commit, drain

  /** Commits the edges that have moved. */
  void commit() {
    if (dirty) {
      run(
          effects -> {
            dirty = false;
            owned.commit(effects);
          });
    }
  }

  /** Hands out nothing more; completes when no lease is open and nothing is being moved. */
  CompletionStage<Void> drain() {
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    run(
        effects -> {
          draining = true;
          owned.stopLeasing();
          queue.removeAll().forEach(receive -> answerEmpty(receive, effects));
          quiet = done;
          checkQuiet(effects);
        });
    return done;
  }

  void checkQuiet(Effects effects) {
    CompletableFuture<@Nullable Void> waiting = quiet;
    if (waiting != null && !owned.busy()) {
      quiet = null;
      effects.add(() -> waiting.complete(null));
    }
  }

  /** Gives back memory that only work needs. */
  void trim() {
    synchronized (lock) {
      returns.trim();
      queue.forgetGone();
      owned.trim();
    }
  }

  /** Whether nobody has asked for a while, and nothing is open. */
  boolean idle() {
    synchronized (lock) {
      return !asked() && !owned.busy();
    }
  }

  /** From now on it is asked for its backlog, until {@link #closed}. */
  void opened() {
    metrics.opened(backlog);
  }

  /** Nothing is asked of it any more. */
  void closed() {
    metrics.closed(backlog);
  }

  /**
   * Asks where the partitions end that are not being read on: a slow group's lag is what grows
   * there.
   */
  void lookAtEnds() {
    Set<TopicName> topics;
    synchronized (lock) {
      topics = owned.heldBack();
    }
    for (TopicName topic : topics) {
      route
          .engine()
          .topics()
          .lag(topic, key.group())
          .whenComplete(
              (lags, failure) -> {
                if (failure != null) {
                  LOG.debug("{}: where {} ends", key, topic, failure);
                  return;
                }
                synchronized (lock) {
                  lags.forEach(lag -> owned.endOffset(lag.partition(), lag.end()));
                }
              });
    }
  }

  /** The age of the oldest message that has been read and is not settled; 0 when there is none. */
  private long oldestMillis() {
    long oldest;
    synchronized (lock) {
      oldest = owned.oldestStoredMillis();
    }
    return oldest == Long.MAX_VALUE ? 0 : Math.max(0, timer().millis() - oldest);
  }

  SubscriptionView view() {
    synchronized (lock) {
      return new SubscriptionView(
          key.topic(),
          key.group(),
          owned.size(),
          owned.openLeases(),
          queue.size(),
          queue.clients());
    }
  }
}
