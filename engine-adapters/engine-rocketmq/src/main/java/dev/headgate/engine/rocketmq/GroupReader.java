package dev.headgate.engine.rocketmq;

import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.LogReader;
import dev.headgate.engine.Partition;
import dev.headgate.engine.ReaderListener;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
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
  private static final int TICKS_PER_BALANCE = 3;

  private final ReaderSpec spec;
  private final Remote remote;
  private final RouteCache routes;
  private final BrokerCalls calls;
  private final Memberships memberships;
  private final RocketMqSettings settings;
  private final Runnable onClosed;
  private final Mailbox mailbox;
  private final String group;
  private final String membersGroup;
  private final QueueHoldings holdings;

  private volatile Set<String> brokers = Set.of();
  // Addresses that know the groups; a broker with an empty disk knows them no more.
  private final Set<String> prepared = ConcurrentHashMap.newKeySet();
  private final MemberRoll roll = new MemberRoll();
  private Set<Queue> share = Set.of();
  private int ticks;
  private boolean joined;
  private boolean balancing;
  private boolean balanceAgain;
  private boolean retryScheduled;
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
    this.remote = remote;
    this.routes = routes;
    this.calls = calls;
    this.memberships = memberships;
    this.settings = settings;
    this.onClosed = onClosed;
    this.mailbox = new Mailbox(remote.executor());
    this.group = spec.group().value();
    this.membersGroup = DerivedNames.members(spec.topic(), spec.group());
    this.holdings =
        new QueueHoldings(
            spec,
            listener,
            remote,
            routes,
            calls,
            settings,
            memberships.member(),
            epochs,
            roll,
            mailbox,
            new QueueHoldings.Events() {
              @Override
              public void gone() {
                leaveWhenEmpty();
                later(Duration.ZERO, GroupReader.this::balance);
              }

              @Override
              public void look() {
                balance();
              }
            });
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
            holdings.releaseAll();
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
          holdings.loseAll();
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
                      if (leaving) {
                        // It became a member while it was told to leave.
                        leaveWhenEmpty();
                      } else if (failure == null) {
                        joined = true;
                        balance();
                        if (spec.broadcast()) {
                          tickAlone();
                        }
                      } else {
                        LOG.debug("joining {}: {}", membersGroup, message(failure));
                        later(RETRY, this::join);
                      }
                    }));
  }

  private CompletableFuture<Void> prepare(Route route) {
    brokers = Set.copyOf(route.masters().values());
    return prepareGroups(route)
        .thenCompose(done -> new GroupPreparation(calls, spec).pinFirstPositions(route))
        .thenComposeAsync(
            done -> {
              if (leaving) {
                return CompletableFuture.completedFuture(null);
              }
              if (spec.broadcast()) {
                memberships.follow(this);
                return CompletableFuture.completedFuture(null);
              }
              return memberships.join(membersGroup, this);
            },
            mailbox::execute);
  }

  /**
   * Makes the groups known where they are not yet: at all brokers when it joins, later at those
   * that the topic has come to, or whose disk was lost. Fails where no broker takes them.
   */
  private CompletableFuture<Void> prepareGroups(Route route) {
    Set<String> missing = new HashSet<>(route.masters().values());
    missing.removeAll(prepared);
    List<String> groups = spec.broadcast() ? List.of(group) : List.of(group, membersGroup);
    List<CompletableFuture<Void>> asked = new ArrayList<>();
    for (String address : missing) {
      asked.add(
          GroupPreparation.makeGroups(calls, address, groups)
              .thenAccept(done -> prepared.add(address)));
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .handle(
            (done, failure) -> {
              if (failure != null && prepared.isEmpty()) {
                throw BrokerAnswer.unwrap(failure);
              }
              return null;
            });
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
        .thenCompose(route -> prepareGroups(route).thenApply(done -> route))
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
                        balanceLater();
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
      balanceLater();
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
    holdings.want(share, found.route());
  }

  /** Once, however many ask for it. */
  private void balanceLater() {
    if (!retryScheduled) {
      retryScheduled = true;
      later(
          RETRY,
          () -> {
            retryScheduled = false;
            balance();
          });
    }
  }

  // ---- leaving -----------------------------------------------------------------------------

  private void leaveWhenEmpty() {
    if (!leaving || !holdings.isEmpty()) {
      return;
    }
    memberships.unfollow(this);
    memberships
        .leave(membersGroup, this)
        .whenComplete(
            (done, failure) -> {
              onClosed.run();
              left.complete(null);
            });
  }

  // ---- keeping -----------------------------------------------------------------------------

  /** A broadcast reader is a member of nothing, and has to see for itself that a topic grows. */
  private void tickAlone() {
    if (!leaving && !remote.isClosed()) {
      tick();
      later(settings.heartbeatInterval(), this::tickAlone);
    }
  }

  @Override
  public void tick() {
    mailbox.execute(
        () -> {
          holdings.renewLocks(null);
          // The brokers tell of changes; this is for a notice that was lost.
          if (++ticks % TICKS_PER_BALANCE == 0 || share.size() != holdings.owned()) {
            balance();
          }
        });
  }

  @Override
  public void brokerAway(String address) {
    mailbox.execute(
        () -> {
          prepared.remove(address);
          holdings.brokerAway(address);
        });
  }

  @Override
  public void brokerBack(String address) {
    mailbox.execute(
        () -> {
          holdings.brokerBack(address);
          later(RETRY, this::balance);
        });
  }

  private void later(Duration delay, Runnable task) {
    remote.schedule(delay, () -> mailbox.execute(task));
  }

  private static @Nullable String message(@Nullable Throwable failure) {
    return failure == null ? null : BrokerAnswer.unwrap(failure).getMessage();
  }
}
