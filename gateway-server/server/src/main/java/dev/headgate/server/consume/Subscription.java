package dev.headgate.server.consume;

import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.Partition;
import dev.headgate.engine.Position;
import dev.headgate.server.consume.InFlight.State;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.routing.GroupPolicy;
import dev.headgate.server.routing.Route;
import dev.headgate.server.time.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group on a topic, as this node serves it: the partitions that it owns, the messages in flight,
 * the receives that are parked.
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
  private static final Logger log = LoggerFactory.getLogger(Subscription.class);
  private static final Duration TICK = Duration.ofMillis(DeadlineWheel.TICK_MILLIS);
  private static final Duration MOVE_PAUSE = Duration.ofSeconds(1);
  private static final int MAX_CLIENTS_SHOWN = 1_000;
  private static final long CLIENT_SEEN_MILLIS = 60_000;

  private final SubscriptionKey key;
  private final Route route;
  private final GroupPolicy policy;
  private final ConsumeContext context;
  private final MessageMover mover;
  private final Membership membership;

  private final Object lock = new Object();
  private final Map<Partition, PartitionWindow> windows = new HashMap<>();
  private final Map<PartitionWindow, PartitionIntake> intakes = new HashMap<>();
  private final List<PartitionWindow> rotation = new ArrayList<>();
  private final ArrayDeque<ParkedReceive> parked = new ArrayDeque<>();
  private final Map<PartitionWindow, CompletableFuture<@Nullable Void>> handovers = new HashMap<>();
  private final Map<Partition, CompletableFuture<@Nullable Void>> awaited = new HashMap<>();
  private final Map<String, Long> clients = new HashMap<>();
  private final SettledSerials settledSerials = new SettledSerials();
  private final DeadlineWheel wheel;
  private final Runnable wakeWhenStarved = () -> run(this::wakeIntakes);
  private @Nullable CompletableFuture<@Nullable Void> quiet;
  private boolean tickScheduled;
  private boolean draining;
  private int cursor;
  private long held;
  private long nextSerial = 1;
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
    this.mover = mover;
    this.membership = membership;
    this.wheel = new DeadlineWheel(context.timer().monotonicMillis());
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

  SettledSerials settledSerials() {
    return settledSerials;
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
          noteClient(receive.caller.clientId());
          if (draining) {
            effects.add(() -> receive.complete(new Received(List.of(), Duration.ZERO, true)));
            return;
          }
          if (parked.isEmpty() && ready() > 0) {
            lease(receive, receive.maxMessages, effects);
          } else if (maxWait.isZero() || maxWait.isNegative()) {
            effects.add(() -> receive.complete(new Received(List.of(), Duration.ZERO, false)));
          } else {
            receive.parked = true;
            parked.addLast(receive);
            context.meters().parked().inc();
            receive.timeout = timer().after(maxWait, () -> unpark(receive));
          }
          wakeIntakes(effects);
        });
  }

  private void unpark(ParkedReceive receive) {
    run(effects -> endParked(receive, effects));
  }

  private void endParked(ParkedReceive receive, Effects effects) {
    if (receive.parked && parked.remove(receive)) {
      noLongerParked(receive);
      boolean drains = draining;
      effects.add(() -> receive.complete(new Received(List.of(), Duration.ZERO, drains)));
    }
  }

  private void noLongerParked(ParkedReceive receive) {
    receive.parked = false;
    context.meters().parked().dec();
    Timer.Timeout timeout = receive.timeout;
    if (timeout != null) {
      timeout.cancel();
    }
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
            if (message.state == State.LEASED && message.serial == grants.get(i).token().serial()) {
              closeLease(message);
              message.attempts--;
              ready(message);
            }
          }
          afterSettling(effects);
        });
  }

  /** Fails every parked receive: the subscription could not be opened. */
  void failParked(GatewayException failure) {
    run(
        effects -> {
          for (ParkedReceive receive : List.copyOf(parked)) {
            parked.remove(receive);
            noLongerParked(receive);
            effects.add(() -> receive.fail(failure));
          }
        });
  }

  /** Somebody is about to ask. */
  void touch() {
    synchronized (lock) {
      lastAskedMillis = timer().monotonicMillis();
    }
  }

  // ------------------------------------------------------------------------------------------------ dispatch

  /**
   * Shares what is ready out among the parked receives, evenly, so that all of them get work (D18).
   */
  void pump(Effects effects) {
    while (!parked.isEmpty()) {
      int ready = ready();
      if (ready == 0) {
        return;
      }
      int share = Math.max(1, (ready + parked.size() - 1) / parked.size());
      ParkedReceive receive = parked.removeFirst();
      noLongerParked(receive);
      lease(receive, Math.min(share, receive.maxMessages), effects);
    }
  }

  private int ready() {
    int ready = 0;
    for (PartitionWindow window : rotation) {
      ready += window.dispatch().ready();
    }
    return ready;
  }

  private void lease(ParkedReceive receive, int maxMessages, Effects effects) {
    List<Grant> grants = new ArrayList<>(Math.min(maxMessages, 64));
    long bytes = 0;
    int misses = 0;
    while (grants.size() < maxMessages && misses < rotation.size()) {
      cursor = (cursor + 1) % rotation.size();
      Dispatch dispatch = rotation.get(cursor).dispatch();
      InFlight message = dispatch.peek();
      if (message == null) {
        misses++;
        continue;
      }
      misses = 0;
      if (!grants.isEmpty() && bytes + message.size > receive.maxBytes) {
        break;
      }
      bytes += message.size;
      grants.add(grant(dispatch.take(), receive.lease));
    }
    receive.grants = grants;
    context.meters().delivered().mark(grants.size());
    effects.add(() -> answer(receive, grants));
  }

  private Grant grant(InFlight message, Duration lease) {
    long now = timer().monotonicMillis();
    long leaseMillis = Math.min(lease.toMillis(), policy.maxLease().toMillis());
    message.state = State.LEASED;
    message.attempts++;
    message.serial = nextSerial++;
    message.atMillis = now + leaseMillis;
    message.maxLeaseEndMillis = now + policy.maxLease().toMillis();
    if (message.firstLeasedMillis == 0) {
      message.firstLeasedMillis = now;
    }
    message.window.openLeases++;
    context.meters().openLeases().inc();
    schedule(message);
    LeaseToken token =
        new LeaseToken(
            context.incarnation(),
            message.window.owned().epoch(),
            message.serial,
            timer().millis() + leaseMillis,
            message.attempts,
            key.topic(),
            key.group(),
            message.window.partition(),
            message.offset);
    return new Grant(message, message.stored(), token, Duration.ofMillis(leaseMillis));
  }

  private void answer(ParkedReceive receive, List<Grant> grants) {
    List<Delivery> deliveries = new ArrayList<>(grants.size());
    for (Grant grant : grants) {
      deliveries.add(grant.sign(context.signer()));
    }
    receive.complete(new Received(deliveries, Duration.ZERO, false));
  }

  // ------------------------------------------------------------------------------------------------ intake

  /** Whether the window should be read on: somebody asks, and the budgets allow (D22). */
  boolean wants(PartitionWindow window) {
    return !draining
        && !window.closing
        && owns(window)
        && held < policy.prefetchBytes()
        && window.span() < context.config().maxSpan()
        && asked()
        && !context.heldBytes().spent(wakeWhenStarved);
  }

  private boolean asked() {
    return !parked.isEmpty()
        || timer().monotonicMillis() - lastAskedMillis < context.config().idleAfter().toMillis();
  }

  boolean owns(PartitionWindow window) {
    return windows.get(window.partition()) == window;
  }

  void arrived(InFlight message, Effects effects) {
    PartitionWindow window = message.window;
    held += message.size;
    context.heldBytes().add(message.size);
    if (!window.add(message)) {
      finish(message, effects);
      return;
    }
    long dueMillis = RetryHeaders.dueMillis(message.stored().message());
    long wait = window.isRetryTopic() ? dueMillis - timer().millis() : 0;
    if (wait > 0) {
      waitInPlace(message, wait);
    } else {
      window.dispatch().arrived(message);
    }
  }

  private void wakeIntakes(Effects effects) {
    for (PartitionWindow window : rotation) {
      PartitionIntake intake = intakes.get(window);
      if (intake != null) {
        intake.wake(effects);
      }
    }
  }

  void edgeMayHaveMoved() {
    dirty = true;
  }

  // ------------------------------------------------------------------------------------------------ settling

  @Nullable PartitionWindow window(Partition partition) {
    return windows.get(partition);
  }

  /** Ends a lease without deciding what becomes of the message. */
  void closeLease(InFlight message) {
    wheel.remove(message);
    message.window.openLeases--;
    context.meters().openLeases().dec();
  }

  /** The message is settled for good. */
  void finish(InFlight message, Effects effects) {
    wheel.remove(message);
    message.window.dispatch().settled(message);
    message.settle();
    held -= message.size;
    if (context.heldBytes().release(message.size)) {
      effects.add(context.heldBytes()::wakeStarved);
    }
    message.window.advanceEdge();
    dirty = true;
  }

  /**
   * To be called last in every step that ends leases: what has become free is leased, fetched,
   * handed over.
   */
  void afterSettling(Effects effects) {
    for (PartitionWindow window : List.copyOf(handovers.keySet())) {
      checkHandover(window, effects);
    }
    checkQuiet(effects);
    pump(effects);
    wakeIntakes(effects);
  }

  /**
   * A leased message comes back: by nack, or because its lease has expired. Its lease is closed.
   */
  void comeBack(InFlight message, @Nullable Duration asked, String reason, Effects effects) {
    message.lastReason = reason;
    if (message.window.closing) {
      message.state = State.READY;
      return;
    }
    long now = timer().monotonicMillis();
    Duration heldFor =
        Duration.ofMillis(message.firstLeasedMillis == 0 ? 0 : now - message.firstLeasedMillis);
    Comeback comeback =
        Comeback.decide(
            policy,
            route.ordered(),
            context.config().inPlaceDelay(),
            message.attempts,
            asked,
            heldFor);
    if (comeback instanceof Comeback.InPlace inPlace) {
      if (inPlace.delay().isZero()) {
        ready(message);
      } else {
        waitInPlace(message, inPlace.delay().toMillis());
      }
    } else {
      message.state = State.MOVING;
      message.window.moving++;
      move(message, comeback, effects);
    }
  }

  private void ready(InFlight message) {
    message.state = State.READY;
    message.window.dispatch().cameBack(message);
  }

  private void waitInPlace(InFlight message, long millis) {
    message.state = State.WAITING;
    message.atMillis = timer().monotonicMillis() + millis;
    schedule(message);
  }

  private void move(InFlight message, Comeback comeback, Effects effects) {
    Position from = new Position(message.window.partition(), message.offset);
    effects.add(
        () -> {
          CompletionStage<Position> stored =
              comeback instanceof Comeback.ToRetryTopic retry
                  ? mover.toRetryTopic(
                      message.stored().message(),
                      from,
                      message.attempts,
                      message.lastReason,
                      retry.delay())
                  : mover.toDeadLetters(
                      message.stored().message(), from, message.attempts, message.lastReason);
          stored.whenComplete(
              (position, failure) -> run(after -> moved(message, comeback, failure, after)));
        });
  }

  private void moved(
      InFlight message, Comeback comeback, @Nullable Throwable failure, Effects effects) {
    if (!owns(message.window)) {
      return;
    }
    if (failure != null) {
      log.warn(
          "{}: message {} could not be moved after attempt {}; it stays and is tried again",
          key,
          new Position(message.window.partition(), message.offset),
          message.attempts,
          failure);
      context.meters().movedTwice().mark();
      timer().after(MOVE_PAUSE, () -> run(later -> moveAgain(message, comeback, later)));
      return;
    }
    message.window.moving--;
    finish(message, effects);
    if (comeback instanceof Comeback.ToRetryTopic) {
      context.meters().movedToRetryTopic().mark();
      effects.add(membership::retryTopicExists);
    } else {
      context.meters().deadLettered().mark();
    }
    afterSettling(effects);
  }

  private void moveAgain(InFlight message, Comeback comeback, Effects effects) {
    if (owns(message.window) && message.state == State.MOVING) {
      move(message, comeback, effects);
    }
  }

  /** Puts the message under its deadline again, which has changed. */
  void reschedule(InFlight message) {
    wheel.remove(message);
    schedule(message);
  }

  private void schedule(InFlight message) {
    wheel.add(message);
    if (!tickScheduled) {
      tickScheduled = true;
      timer().after(TICK, this::tick);
    }
  }

  private void tick() {
    run(
        effects -> {
          tickScheduled = false;
          List<InFlight> due = new ArrayList<>();
          wheel.advance(timer().monotonicMillis(), due::add);
          for (InFlight message : due) {
            if (message.state == State.LEASED) {
              expire(message, effects);
            } else if (message.state == State.WAITING) {
              ready(message);
            }
          }
          if (!due.isEmpty()) {
            afterSettling(effects);
          }
          if (wheel.size() > 0 && !tickScheduled) {
            tickScheduled = true;
            timer().after(TICK, this::tick);
          }
        });
  }

  /** The lease has run out. */
  void expire(InFlight message, Effects effects) {
    closeLease(message);
    context.meters().expired().mark();
    comeBack(message, null, "lease expired", effects);
  }

  // ------------------------------------------------------------------------------------------------ membership

  void assigned(OwnedPartition owned, boolean retryTopic) {
    run(
        effects -> {
          Dispatch dispatch =
              route.ordered() && !retryTopic ? new KeyedDispatch() : new UnorderedDispatch();
          PartitionWindow window = new PartitionWindow(owned, retryTopic, dispatch);
          PartitionWindow before = windows.put(window.partition(), window);
          if (before != null) {
            forget(before, effects);
          }
          PartitionIntake intake = new PartitionIntake(this, window);
          intakes.put(window, intake);
          if (!draining) {
            rotation.add(window);
          }
          CompletableFuture<@Nullable Void> waiting = awaited.remove(window.partition());
          if (waiting != null) {
            effects.add(() -> waiting.complete(null));
          }
          intake.wake(effects);
        });
  }

  /**
   * Gives a partition up: nothing more is leased, open leases get a moment to be settled, the edge
   * is committed.
   */
  CompletionStage<Void> revoked(OwnedPartition owned) {
    CompletableFuture<@Nullable Void> handedOver = new CompletableFuture<>();
    run(
        effects -> {
          PartitionWindow window = windows.get(owned.partition());
          if (window == null || window.owned() != owned) {
            effects.add(() -> handedOver.complete(null));
            return;
          }
          window.closing = true;
          rotation.remove(window);
          handovers.put(window, handedOver);
          checkHandover(window, effects);
          timer().after(context.config().handover(), () -> run(e -> handOver(window, e)));
        });
    return handedOver;
  }

  private void checkHandover(PartitionWindow window, Effects effects) {
    if (window.closing && window.openLeases == 0 && window.moving == 0) {
      handOver(window, effects);
    }
  }

  private void handOver(PartitionWindow window, Effects effects) {
    CompletableFuture<@Nullable Void> handedOver = handovers.remove(window);
    if (handedOver != null) {
      long edge = window.takeUncommittedEdge();
      forget(window, effects);
      effects.add(() -> commitAndComplete(window, edge, handedOver));
    }
  }

  private static void commitAndComplete(
      PartitionWindow window, long edge, CompletableFuture<@Nullable Void> handedOver) {
    if (edge < 0) {
      handedOver.complete(null);
    } else {
      window.owned().commit(edge).whenComplete((done, failure) -> handedOver.complete(null));
    }
  }

  /** A partition is gone already. */
  void lost(OwnedPartition owned) {
    run(
        effects -> {
          PartitionWindow window = windows.get(owned.partition());
          if (window != null && window.owned() == owned) {
            forget(window, effects);
          }
        });
  }

  private void forget(PartitionWindow window, Effects effects) {
    window.closing = true;
    windows.remove(window.partition(), window);
    rotation.remove(window);
    intakes.remove(window);
    CompletableFuture<@Nullable Void> handedOver = handovers.remove(window);
    if (handedOver != null) {
      effects.add(() -> handedOver.complete(null));
    }
    long bytes = 0;
    for (InFlight message : window.unsettled()) {
      wheel.remove(message);
      bytes += message.size;
      if (message.state == State.LEASED) {
        context.meters().openLeases().dec();
        context.meters().movedPartition().mark();
      }
    }
    window.openLeases = 0;
    window.moving = 0;
    held -= bytes;
    if (context.heldBytes().release(bytes)) {
      effects.add(context.heldBytes()::wakeStarved);
    }
    checkQuiet(effects);
  }

  /** Completes when the partition is owned here; never fails, and may never complete. */
  CompletionStage<Void> owned(Partition partition) {
    CompletableFuture<@Nullable Void> result = new CompletableFuture<>();
    run(
        effects -> {
          lastAskedMillis = timer().monotonicMillis();
          if (windows.containsKey(partition)) {
            effects.add(() -> result.complete(null));
          } else {
            awaited
                .computeIfAbsent(partition, p -> new CompletableFuture<>())
                .thenAccept(done -> result.complete(null));
          }
        });
    return result;
  }

  // ------------------------------------------------------------------------------------------------ commit, drain

  /** Commits the edges that have moved. */
  void commit() {
    if (!dirty) {
      return;
    }
    run(
        effects -> {
          dirty = false;
          for (PartitionWindow window : windows.values()) {
            if (!window.closing) {
              long before = window.committedOffset();
              long edge = window.takeUncommittedEdge();
              if (edge >= 0) {
                effects.add(() -> commit(window, edge, before));
              }
            }
          }
        });
  }

  private void commit(PartitionWindow window, long edge, long before) {
    window
        .owned()
        .commit(edge)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                log.debug("{}: commit of {}@{} failed", key, window.partition(), edge, failure);
                run(
                    effects -> {
                      window.commitFailed(before);
                      dirty = true;
                    });
              }
            });
  }

  /** Hands out nothing more; completes when no lease is open and nothing is being moved. */
  CompletionStage<Void> drain() {
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    run(
        effects -> {
          draining = true;
          rotation.clear();
          for (ParkedReceive receive : List.copyOf(parked)) {
            endParked(receive, effects);
          }
          quiet = done;
          checkQuiet(effects);
        });
    return done;
  }

  private void checkQuiet(Effects effects) {
    CompletableFuture<@Nullable Void> waiting = quiet;
    if (waiting != null && openLeases() == 0) {
      quiet = null;
      effects.add(() -> waiting.complete(null));
    }
  }

  private int openLeases() {
    int open = 0;
    for (PartitionWindow window : windows.values()) {
      open += window.openLeases + window.moving;
    }
    return open;
  }

  /** Whether nobody has asked for a while, and nothing is open. */
  boolean idle() {
    synchronized (lock) {
      return parked.isEmpty() && openLeases() == 0 && !asked();
    }
  }

  // ------------------------------------------------------------------------------------------------ view

  private void noteClient(String clientId) {
    if (clients.size() < MAX_CLIENTS_SHOWN || clients.containsKey(clientId)) {
      clients.put(clientId, lastAskedMillis);
    }
  }

  SubscriptionView view() {
    synchronized (lock) {
      long now = timer().monotonicMillis();
      clients.values().removeIf(seen -> now - seen > CLIENT_SEEN_MILLIS);
      Collection<PartitionWindow> owned = windows.values();
      int leases = 0;
      for (PartitionWindow window : owned) {
        leases += window.openLeases;
      }
      return new SubscriptionView(
          key.topic(),
          key.group(),
          owned.size(),
          leases,
          parked.size(),
          clients.keySet().stream().sorted().toList());
    }
  }
}
