package dev.headgate.engine.rocketmq;

import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.Partition;
import dev.headgate.engine.ReaderListener;
import dev.headgate.engine.ReaderSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queues of one reader: acquired under the broker's lock, kept by renewing it, released when
 * the listener has settled, lost when the lock is. See {@link GroupReader} for what the locks are
 * for. All state is the reader's mailbox's.
 */
final class QueueHoldings {
  private static final Logger LOG = LoggerFactory.getLogger(QueueHoldings.class);
  private static final Duration RETRY = Duration.ofMillis(300);
  private static final Duration SETTLING = Duration.ofSeconds(5);
  private static final Duration REUNION = Duration.ofSeconds(2);

  /** What the reader is told; in the mailbox. */
  interface Events {
    /** A queue has been given up, and the broker told. */
    void gone();

    /** Somebody else holds a lock: who is there? */
    void look();
  }

  private final ReaderSpec spec;
  private final ReaderListener listener;
  private final Remote remote;
  private final RouteCache routes;
  private final BrokerCalls calls;
  private final RocketMqSettings settings;
  private final String member;
  private final ToLongFunction<Partition> epochs;
  private final MemberRoll roll;
  private final Mailbox mailbox;
  private final Events events;
  private final String group;
  private final String lockGroup;
  private final FirstCommits commits;
  private final Map<Queue, Holding> holdings = new HashMap<>();
  private final Map<String, Long> backSince = new HashMap<>();

  QueueHoldings(
      ReaderSpec spec,
      ReaderListener listener,
      Remote remote,
      RouteCache routes,
      BrokerCalls calls,
      RocketMqSettings settings,
      String member,
      ToLongFunction<Partition> epochs,
      MemberRoll roll,
      Mailbox mailbox,
      Events events) {
    this.spec = spec;
    this.listener = listener;
    this.remote = remote;
    this.routes = routes;
    this.calls = calls;
    this.settings = settings;
    this.member = member;
    this.epochs = epochs;
    this.roll = roll;
    this.mailbox = mailbox;
    this.events = events;
    this.group = spec.group().value();
    this.commits = calls.firstCommits(spec.topic(), group);
    // An ordered group's lock also keeps native consumers out; any other must stay out of their
    // sight, since RocketMQ takes a group with locks for an ordered one.
    this.lockGroup = spec.ordered() ? group : DerivedNames.members(spec.topic(), spec.group());
  }

  /** Acquires what is new in the share, and releases what is not in it any more. */
  void want(Set<Queue> share, Route route) {
    for (Holding holding : List.copyOf(holdings.values())) {
      // The queues of a broker that is down are not in the route, and still this reader's.
      if (!share.contains(holding.queue) && route.master(holding.queue.broker()) != null) {
        release(holding);
      }
    }
    for (Queue queue : share) {
      if (!holdings.containsKey(queue)) {
        Holding holding = new Holding(queue);
        holdings.put(queue, holding);
        acquire(holding);
      }
    }
  }

  /** Releases all. */
  void releaseAll() {
    List.copyOf(holdings.values()).forEach(this::release);
  }

  /** Gives all up at once; what is being released goes on. */
  void loseAll() {
    for (Holding holding : List.copyOf(holdings.values())) {
      switch (holding.state) {
        case OWNED -> lose(holding);
        case ACQUIRING -> release(holding);
        case RELEASING, GONE -> {
          // On its way already.
        }
      }
    }
  }

  boolean isEmpty() {
    return holdings.isEmpty();
  }

  /** The connection is lost: nothing goes out or in until the broker has confirmed the locks. */
  void brokerAway(String address) {
    commits.forget(address);
    owned(address).forEach(holding -> holding.owned().doubt());
  }

  /** The broker knows this member again. */
  void brokerBack(String address) {
    backSince.put(address, System.nanoTime());
    if (spec.broadcast()) {
      // It has no locks: nobody else reads these queues in its name.
      long now = System.nanoTime();
      owned(address).forEach(holding -> holding.owned().confirm(now));
    } else {
      renewLocks(address);
    }
  }

  private void acquire(Holding holding) {
    if (holding.state != Holding.State.ACQUIRING) {
      return;
    }
    String address = address(holding.queue);
    if (address == null || isReuniting(address)) {
      later(RETRY, () -> acquire(holding));
      return;
    }
    long asked = System.nanoTime();
    (spec.broadcast()
            ? CompletableFuture.completedFuture(Set.of(holding.queue))
            : calls.lock(address, lockGroup, member, spec.topic(), Set.of(holding.queue)))
        .whenComplete(
            (locked, failure) ->
                mailbox.execute(
                    () -> {
                      if (failure == null && locked.contains(holding.queue)) {
                        holding.confirmedNanos = asked;
                        position(holding, address);
                      } else {
                        if (failure == null) {
                          unlockForTheDead(holding.queue, address);
                        }
                        later(RETRY, () -> acquire(holding));
                      }
                    }));
  }

  private boolean isReuniting(String address) {
    Long since = backSince.get(address);
    return since != null && System.nanoTime() - since < REUNION.toNanos();
  }

  /**
   * Who is missing from one broker's list may be alive for another: the broker that holds the lock
   * has the last word.
   */
  private void unlockForTheDead(Queue queue, String address) {
    List<String> dead = roll.dead();
    if (!dead.isEmpty()) {
      calls
          .members(address, DerivedNames.members(spec.topic(), spec.group()))
          .thenAccept(
              alive ->
                  dead.stream()
                      .filter(member -> !alive.contains(member))
                      .forEach(
                          member ->
                              calls.unlock(
                                  address, lockGroup, member, spec.topic(), Set.of(queue))));
    }
    // Who is missing is only seen by looking.
    events.look();
  }

  private void position(Holding holding, String address) {
    if (holding.state != Holding.State.ACQUIRING) {
      giveBack(holding);
      return;
    }
    calls
        .committed(address, spec.topic(), group, holding.queue)
        .thenCompose(
            committed ->
                committed >= 0
                    ? CompletableFuture.completedFuture(new long[] {committed, committed})
                    : calls
                        .start(address, spec.topic(), holding.queue)
                        .thenApply(start -> new long[] {start, -1}))
        .whenComplete(
            (positions, failure) ->
                mailbox.execute(
                    () -> {
                      if (failure != null) {
                        later(RETRY, () -> acquire(holding));
                      } else if (holding.state != Holding.State.ACQUIRING) {
                        giveBack(holding);
                      } else {
                        assign(holding, positions[0], positions[1]);
                      }
                    }));
  }

  /** A lock that came too late, unless it is wanted again already. */
  private void giveBack(Holding holding) {
    if (!holdings.containsKey(holding.queue)) {
      unlock(holding);
    }
  }

  private void assign(Holding holding, long startOffset, long committed) {
    Partition partition = holding.queue.of(spec.topic());
    OwnedQueue owned =
        new OwnedQueue(
            partition,
            epochs.applyAsLong(partition),
            startOffset,
            committed,
            remote,
            settings.pullSuspend(),
            spec.broadcast() ? Duration.ofDays(1_000) : settings.lockLifetime(),
            (offset, suspend) ->
                atBroker(
                    holding.queue,
                    address ->
                        calls.pull(
                            address,
                            spec.topic(),
                            group,
                            holding.queue,
                            spec.filter(),
                            offset,
                            Integer.MAX_VALUE,
                            suspend)),
            offset ->
                atBroker(holding.queue, address -> commits.commit(address, holding.queue, offset)));
    owned.confirm(holding.confirmedNanos);
    holding.owned = owned;
    holding.state = Holding.State.OWNED;
    listener.assigned(owned);
  }

  private void release(Holding holding) {
    switch (holding.state) {
      case ACQUIRING -> {
        holding.state = Holding.State.GONE;
        holdings.remove(holding.queue);
        // A lock that is granted meanwhile is given back when the answer comes.
      }
      case OWNED -> {
        holding.state = Holding.State.RELEASING;
        OwnedQueue owned = holding.owned();
        owned.endFetches().thenAccept(ended -> mailbox.execute(() -> revoke(holding, owned)));
      }
      case RELEASING, GONE -> {
        // On its way already.
      }
    }
  }

  private void revoke(Holding holding, OwnedQueue owned) {
    if (holding.state != Holding.State.RELEASING) {
      return;
    }
    CompletableFuture<Void> settled = new CompletableFuture<>();
    try {
      listener.revoked(owned).whenComplete((done, failure) -> settled.complete(null));
    } catch (RuntimeException e) {
      LOG.warn("a reader's listener failed", e);
      settled.complete(null);
    }
    var limit = remote.schedule(SETTLING, () -> settled.complete(null));
    settled
        .thenCompose(done -> owned.end())
        .whenComplete(
            (done, failure) -> {
              limit.cancel();
              mailbox.execute(() -> gone(holding));
            });
  }

  private void gone(Holding holding) {
    if (holding.state == Holding.State.GONE) {
      return;
    }
    holding.state = Holding.State.GONE;
    unlock(holding)
        .whenComplete(
            (done, failure) ->
                mailbox.execute(
                    () -> {
                      holdings.remove(holding.queue, holding);
                      events.gone();
                    }));
  }

  private void lose(Holding holding) {
    OwnedQueue owned = holding.owned();
    holding.state = Holding.State.GONE;
    owned.end();
    try {
      listener.lost(owned);
    } catch (RuntimeException e) {
      LOG.warn("a reader's listener failed", e);
    }
    // Harmless where somebody else has it: the broker compares the member.
    unlock(holding)
        .whenComplete(
            (done, failure) ->
                mailbox.execute(
                    () -> {
                      holdings.remove(holding.queue, holding);
                      events.gone();
                    }));
  }

  private CompletableFuture<Void> unlock(Holding holding) {
    return spec.broadcast()
        ? CompletableFuture.completedFuture(null)
        : atBroker(
            holding.queue,
            address ->
                calls.unlock(address, lockGroup, member, spec.topic(), Set.of(holding.queue)));
  }

  /** Of one broker at once, or of all what is due. */
  void renewLocks(@Nullable String only) {
    if (spec.broadcast()) {
      return;
    }
    Map<String, Set<Queue>> byBroker = new HashMap<>();
    long now = System.nanoTime();
    for (Holding holding : List.copyOf(holdings.values())) {
      if (holding.state != Holding.State.OWNED) {
        continue;
      }
      if (now - holding.confirmedNanos > settings.lockLifetime().toNanos()) {
        lose(holding);
        continue;
      }
      String address = address(holding.queue);
      boolean due =
          only == null
              ? now - holding.confirmedNanos > settings.lockLifetime().toNanos() / 3
              : only.equals(address);
      if (address != null && due) {
        byBroker.computeIfAbsent(address, key -> new HashSet<>()).add(holding.queue);
      }
    }
    byBroker.forEach(
        (address, queues) ->
            calls
                .lock(address, lockGroup, member, spec.topic(), queues)
                .whenComplete(
                    (locked, failure) ->
                        mailbox.execute(() -> renewed(queues, now, locked, failure))));
  }

  private void renewed(
      Set<Queue> asked, long askedNanos, @Nullable Set<Queue> locked, @Nullable Throwable failure) {
    if (locked == null) {
      LOG.debug("locks of {}: {}", lockGroup, failure == null ? null : failure.getMessage());
      return;
    }
    for (Queue queue : asked) {
      Holding holding = holdings.get(queue);
      if (holding == null || holding.state != Holding.State.OWNED) {
        continue;
      }
      if (locked.contains(queue)) {
        holding.confirmedNanos = Math.max(holding.confirmedNanos, askedNanos);
        holding.owned().confirm(askedNanos);
      } else {
        lose(holding);
      }
    }
  }

  long owned() {
    return holdings.values().stream()
        .filter(holding -> holding.state == Holding.State.OWNED)
        .count();
  }

  private List<Holding> owned(String address) {
    return holdings.values().stream()
        .filter(
            holding ->
                holding.state == Holding.State.OWNED && address.equals(address(holding.queue)))
        .toList();
  }

  private @Nullable String address(Queue queue) {
    Route route = routes.known(spec.topic());
    return route == null ? null : route.master(queue.broker());
  }

  private <T> CompletableFuture<T> atBroker(
      Queue queue, Function<String, CompletableFuture<T>> request) {
    String address = address(queue);
    return address == null
        ? CompletableFuture.failedFuture(
            new EngineException(
                Kind.UNAVAILABLE,
                "topic '%s': broker '%s' is down".formatted(spec.topic(), queue.broker())))
        : request.apply(address);
  }

  private void later(Duration delay, Runnable task) {
    remote.schedule(delay, () -> mailbox.execute(task));
  }
}
