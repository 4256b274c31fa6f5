package dev.headgate.engine.rocketmq;

import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.LogReader;
import dev.headgate.engine.Partition;
import dev.headgate.engine.ReaderListener;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A membership of a group on a topic.
 *
 * <p>Who the members are the broker says: each reads the list of those who send heartbeats for this
 * (topic, group), and reckons its share by the same rule ({@link Allocation}). Since lists are
 * never quite the same everywhere, a share is only a wish; the queue is this reader's once the
 * broker has locked it for this member, and a member that is to give a queue up unlocks it when its
 * listener has settled. So two members never read one queue at a time, and handing over takes as
 * long as the settling does.
 *
 * <p>Locks outlive a crash by a minute. A member that has been missing from the list for some
 * seconds is taken for dead by the others, who unlock in its name what they are to have.
 *
 * <p>A broker that was restarted knows neither members nor locks. Until the members have come back
 * nobody takes what is another's: new queues of that broker are left alone for two seconds, and
 * their old owner, whose fetches and commits wait meanwhile, locks them again at once.
 *
 * <p>All state is the mailbox's, and all calls of the listener come from it.
 */
final class GroupReader implements LogReader, Memberships.Membership {
  private static final Logger LOG = LoggerFactory.getLogger(GroupReader.class);
  private static final Duration RETRY = Duration.ofMillis(300);
  private static final Duration SETTLING = Duration.ofSeconds(5);
  private static final int TICKS_PER_BALANCE = 3;
  private static final Duration REUNION = Duration.ofSeconds(2);

  private final ReaderSpec spec;
  private final ReaderListener listener;
  private final Remote remote;
  private final RouteCache routes;
  private final BrokerCalls calls;
  private final Memberships memberships;
  private final RocketMqSettings settings;
  private final ToLongFunction<Partition> epochs;
  private final Runnable onClosed;
  private final Mailbox mailbox;
  private final String group;
  private final String membersGroup;
  private final String lockGroup;

  private volatile Set<String> brokers = Set.of();
  private final Map<Queue, Holding> holdings = new HashMap<>();
  private final MemberRoll roll = new MemberRoll();
  private final Map<String, Long> backSince = new HashMap<>();
  private Set<Queue> share = Set.of();
  private int ticks;
  private boolean joined;
  private boolean balancing;
  private boolean balanceAgain;
  private boolean leaving;
  private final CompletableFuture<Void> left = new CompletableFuture<>();

  GroupReader(
      ReaderSpec spec,
      ReaderListener listener,
      Remote remote,
      RouteCache routes,
      BrokerCalls calls,
      Memberships memberships,
      RocketMqSettings settings,
      ToLongFunction<Partition> epochs,
      Runnable onClosed) {
    this.spec = spec;
    this.listener = listener;
    this.remote = remote;
    this.routes = routes;
    this.calls = calls;
    this.memberships = memberships;
    this.settings = settings;
    this.epochs = epochs;
    this.onClosed = onClosed;
    this.mailbox = new Mailbox(remote.executor());
    this.group = spec.group().value();
    this.membersGroup = DerivedNames.members(spec.topic(), spec.group());
    // An ordered group's lock also keeps native consumers out; any other must stay out of their
    // sight, since RocketMQ takes a group with locks for an ordered one.
    this.lockGroup = spec.ordered() ? group : membersGroup;
  }

  void start() {
    mailbox.execute(this::join);
  }

  @Override
  public ReaderSpec spec() {
    return spec;
  }

  @Override
  public TopicName topic() {
    return spec.topic();
  }

  @Override
  public Set<String> brokers() {
    return brokers;
  }

  @Override
  public void membersChanged() {
    mailbox.execute(this::balance);
  }

  @Override
  public CompletionStage<Void> leave() {
    mailbox.execute(
        () -> {
          if (!leaving) {
            leaving = true;
            List.copyOf(holdings.values()).forEach(this::release);
            leaveWhenEmpty();
          }
        });
    return left.minimalCompletionStage();
  }

  @Override
  public void close() {
    closeNow();
  }

  /** Completes when the brokers have been told. */
  CompletableFuture<Void> closeNow() {
    onClosed.run();
    mailbox.execute(
        () -> {
          leaving = true;
          for (Holding holding : List.copyOf(holdings.values())) {
            if (holding.state == Holding.State.OWNED) {
              lose(holding);
            }
          }
          leaveWhenEmpty();
        });
    return left;
  }

  // ---- joining -----------------------------------------------------------------------------

  private void join() {
    if (leaving) {
      return;
    }
    routes
        .get(spec.topic())
        .thenCompose(this::prepare)
        .whenComplete(
            (done, failure) ->
                mailbox.execute(
                    () -> {
                      if (failure == null) {
                        joined = true;
                        balance();
                      } else {
                        LOG.debug("joining {}: {}", membersGroup, message(failure));
                        later(RETRY, this::join);
                      }
                    }));
  }

  private CompletableFuture<Void> prepare(Route route) {
    brokers = Set.copyOf(route.masters().values());
    return new GroupPreparation(calls, spec)
        .prepare(route, spec.broadcast() ? List.of(group) : List.of(group, membersGroup))
        .thenCompose(
            done ->
                spec.broadcast()
                    ? CompletableFuture.completedFuture(null)
                    : memberships.join(membersGroup, this));
  }

  // ---- balancing ---------------------------------------------------------------------------

  private void balance() {
    if (leaving || !joined) {
      return;
    }
    if (balancing) {
      balanceAgain = true;
      return;
    }
    balancing = true;
    routes
        .get(spec.topic())
        .thenCompose(route -> members(route).thenApply(members -> new Group(route, members)))
        .whenComplete(
            (found, failure) ->
                mailbox.execute(
                    () -> {
                      balancing = false;
                      if (failure == null) {
                        balance(found);
                      } else {
                        LOG.debug("balancing {}: {}", membersGroup, message(failure));
                        later(RETRY, this::balance);
                      }
                      if (balanceAgain) {
                        balanceAgain = false;
                        balance();
                      }
                    }));
  }

  private record Group(Route route, List<String> members) {}

  private CompletableFuture<List<String>> members(Route route) {
    if (spec.broadcast()) {
      return CompletableFuture.completedFuture(List.of(memberships.member()));
    }
    // Any broker that is up can tell; all members ask the first.
    CompletableFuture<List<String>> answer =
        CompletableFuture.failedFuture(
            new EngineException(Kind.UNAVAILABLE, "no broker of the topic is up"));
    for (String broker : new TreeSet<>(route.masters().keySet())) {
      String address = String.valueOf(route.master(broker));
      answer =
          answer
              .handle((found, failure) -> found)
              .thenCompose(
                  found ->
                      found != null
                          ? CompletableFuture.completedFuture(found)
                          : calls.members(address, membersGroup));
    }
    return answer;
  }

  private void balance(Group found) {
    if (leaving) {
      return;
    }
    brokers = Set.copyOf(found.route().masters().values());
    if (!found.members().contains(memberships.member())) {
      memberships.beat(brokers);
      later(RETRY, this::balance);
      return;
    }
    roll.listed(found.members());
    share =
        spec.broadcast()
            ? Set.copyOf(found.route().readable())
            : Allocation.of(
                found.route().readable(),
                List.copyOf(new TreeSet<>(found.members())),
                memberships.member());
    for (Holding holding : List.copyOf(holdings.values())) {
      // The queues of a broker that is down are not in the route, and still this reader's.
      if (!share.contains(holding.queue) && found.route().master(holding.queue.broker()) != null) {
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

  // ---- acquiring ---------------------------------------------------------------------------

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
            : calls.lock(
                address, lockGroup, memberships.member(), spec.topic(), Set.of(holding.queue)))
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

  private void unlockForTheDead(Queue queue, String address) {
    for (String member : roll.dead()) {
      calls.unlock(address, lockGroup, member, spec.topic(), Set.of(queue));
    }
    // Its absence is only seen by looking.
    balance();
  }

  private void position(Holding holding, String address) {
    if (holding.state != Holding.State.ACQUIRING) {
      unlock(holding);
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
                        unlock(holding);
                      } else {
                        assign(holding, positions[0], positions[1]);
                      }
                    }));
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
                atBroker(
                    holding.queue,
                    address -> calls.commit(address, spec.topic(), group, holding.queue, offset)));
    holding.owned = owned;
    holding.state = Holding.State.OWNED;
    listener.assigned(owned);
  }

  // ---- giving up ---------------------------------------------------------------------------

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
                      leaveWhenEmpty();
                      balance();
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
                      leaveWhenEmpty();
                      later(RETRY, this::balance);
                    }));
  }

  private CompletableFuture<Void> unlock(Holding holding) {
    return spec.broadcast()
        ? CompletableFuture.completedFuture(null)
        : atBroker(
            holding.queue,
            address ->
                calls.unlock(
                    address, lockGroup, memberships.member(), spec.topic(), Set.of(holding.queue)));
  }

  private void leaveWhenEmpty() {
    if (!leaving || left.isDone()) {
      return;
    }
    holdings
        .values()
        .removeIf(holding -> holding.state == Holding.State.ACQUIRING && drop(holding));
    if (!holdings.isEmpty()) {
      return;
    }
    memberships
        .leave(membersGroup, this)
        .whenComplete(
            (done, failure) -> {
              onClosed.run();
              left.complete(null);
            });
  }

  private static boolean drop(Holding holding) {
    holding.state = Holding.State.GONE;
    return true;
  }

  // ---- keeping -----------------------------------------------------------------------------

  @Override
  public void tick() {
    mailbox.execute(
        () -> {
          renewLocks(null);
          // The brokers tell of changes; this is for a notice that was lost.
          if (++ticks % TICKS_PER_BALANCE == 0 || share.size() != owned()) {
            balance();
          }
        });
  }

  @Override
  public void brokerAway(String address) {
    mailbox.execute(() -> owned(address).forEach(holding -> holding.owned().doubt()));
  }

  @Override
  public void brokerBack(String address) {
    mailbox.execute(
        () -> {
          backSince.put(address, System.nanoTime());
          renewLocks(address);
          later(REUNION, this::balance);
        });
  }

  /** Of one broker at once, or of all what is due. */
  private void renewLocks(@Nullable String only) {
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
                .lock(address, lockGroup, memberships.member(), spec.topic(), queues)
                .whenComplete(
                    (locked, failure) ->
                        mailbox.execute(() -> renewed(queues, now, locked, failure))));
  }

  private void renewed(
      Set<Queue> asked, long askedNanos, @Nullable Set<Queue> locked, @Nullable Throwable failure) {
    if (locked == null) {
      LOG.debug("locks of {}: {}", membersGroup, message(failure));
      return;
    }
    for (Queue queue : asked) {
      Holding holding = holdings.get(queue);
      if (holding == null || holding.state != Holding.State.OWNED) {
        continue;
      }
      if (locked.contains(queue)) {
        holding.confirmedNanos = Math.max(holding.confirmedNanos, askedNanos);
        holding.owned().confirm();
      } else {
        lose(holding);
      }
    }
  }

  private long owned() {
    return holdings.values().stream()
        .filter(holding -> holding.state == Holding.State.OWNED)
        .count();
  }

  private List<Holding> owned(String address) {
    return holdings.values().stream()
        .filter(
            holding ->
                holding.state == Holding.State.OWNED
                    && address.equals(address(holding.queue))
                    && !spec.broadcast())
        .toList();
  }

  // ---- small -------------------------------------------------------------------------------

  private @Nullable String address(Queue queue) {
    Route route = routes.known(spec.topic());
    return route == null ? null : route.master(queue.broker());
  }

  private <T> CompletableFuture<T> atBroker(
      Queue queue, java.util.function.Function<String, CompletableFuture<T>> request) {
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

  private static @Nullable String message(@Nullable Throwable failure) {
    return failure == null ? null : BrokerAnswer.unwrap(failure).getMessage();
  }
}
