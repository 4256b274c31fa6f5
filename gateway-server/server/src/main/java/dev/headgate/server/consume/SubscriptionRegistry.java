package dev.headgate.server.consume;

import dev.headgate.engine.Filter;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.TopicName;
import dev.headgate.server.auth.Caller;
import dev.headgate.server.error.EngineErrors;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.metrics.GatewayMetrics;
import dev.headgate.server.routing.GroupPolicy;
import dev.headgate.server.routing.Route;
import dev.headgate.server.routing.TopicCreation;
import dev.headgate.server.routing.TopicRouting;
import dev.headgate.server.time.Timer;
import dev.headgate.server.trace.MessageTrace;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All subscriptions of this node, opened by the first client that asks for one and closed when
 * nobody has asked for a while. Commits their positions on one timer. Thread-safe.
 */
public final class SubscriptionRegistry implements ConsumeService {
  private static final Duration SWEEP = Duration.ofSeconds(10);

  private final TopicRouting routing;
  private final TopicCreation creation;
  private final ConsumeContext context;
  private final Supplier<Node> self;
  private final Map<SubscriptionKey, OpenSubscription> open = new ConcurrentHashMap<>();
  private final AtomicInteger parked = new AtomicInteger();
  private final GroupSeek groupSeek;
  private volatile boolean draining;
  private volatile boolean closed;

  /**
   * Starts the commit timer.
   *
   * @param self this node, as {@code locate} names it; asked at each call, since the port may be
   *     known late
   */
  public SubscriptionRegistry(
      TopicRouting routing,
      TopicCreation creation,
      ConsumeConfig config,
      Timer timer,
      LeaseSigner signer,
      GatewayMetrics metrics,
      Supplier<Node> self) {
    this(routing, creation, config, timer, signer, metrics, MessageTrace.OFF, self);
  }

  /** The same, with tracing. */
  public SubscriptionRegistry(
      TopicRouting routing,
      TopicCreation creation,
      ConsumeConfig config,
      Timer timer,
      LeaseSigner signer,
      GatewayMetrics metrics,
      MessageTrace trace,
      Supplier<Node> self) {
    this.routing = routing;
    this.creation = creation;
    this.self = self;
    this.groupSeek = new GroupSeek(routing, open::get, () -> draining);
    this.context =
        new ConsumeContext(
            config,
            timer,
            signer,
            new SecureRandom().nextLong(),
            new LeaseSerials(),
            new HeldBytes(config.heldBytes(), metrics.heldBytes()),
            metrics,
            trace);
    metrics.heldBytesLimit(config.heldBytes());
    timer.after(config.commitInterval(), this::commitAll);
    timer.after(SWEEP, this::sweep);
  }

  // ------------------------------------------------------------------------------------------------ receiving

  @Override
  public PendingReceive receive(Caller caller, ReceiveCommand command, long deadlineNanos) {
    try {
      return receiveChecked(caller, command, deadlineNanos);
    } catch (GatewayException e) {
      return PendingReceive.failed(e);
    } catch (RuntimeException e) {
      return PendingReceive.failed(EngineErrors.map(e, "topic '" + command.topic() + "'"));
    }
  }

  private PendingReceive receiveChecked(Caller caller, ReceiveCommand command, long deadlineNanos) {
    if (draining) {
      return nothingMore();
    }
    GroupName group = routing.group(command.group());
    SubscriptionKey key =
        new SubscriptionKey(
            routing.topic(command.topic()), reading(group, command.broadcastInstance()));
    Route route = routing.route(key.topic());
    GroupPolicy policy = routing.policy(group);
    Duration lease = ReceiveBounds.lease(command, policy);
    int maxMessages = ReceiveBounds.messages(command);
    int maxBytes = ReceiveBounds.bytes(command);
    Duration maxWait = ReceiveBounds.maxWait(command);
    if (parked.get() >= context.config().maxParked()) {
      throw new GatewayException(
          ErrorCode.OVERLOADED,
          key + ": the node has " + parked.get() + " parked receives; use another node or wait");
    }
    OpenSubscription subscription = subscription(key, route, policy, command.filter());
    if (draining) {
      // Begun meanwhile: a subscription that was only opened now would not be drained.
      return nothingMore();
    }
    ParkedReceive receive =
        new ParkedReceive(subscription.subscription(), caller, maxMessages, maxBytes, lease);
    parked.incrementAndGet();
    receive.result().whenComplete((received, failure) -> parked.decrementAndGet());
    subscription.receive(receive, maxWait, deadlineNanos);
    return receive;
  }

  private static PendingReceive nothingMore() {
    return PendingReceive.done(new Received(List.of(), Duration.ZERO, true));
  }

  private static GroupName reading(GroupName group, @Nullable String broadcastInstance) {
    if (broadcastInstance != null) {
      try {
        return BroadcastGroup.of(group, broadcastInstance);
      } catch (IllegalArgumentException e) {
        throw new GatewayException(ErrorCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
      }
    }
    if (BroadcastGroup.isOne(group)) {
      throw new GatewayException(
          ErrorCode.INVALID_ARGUMENT,
          "group: '" + group + "' names one instance of a broadcast (expected: no '%%')");
    }
    return group;
  }

  private OpenSubscription subscription(
      SubscriptionKey key, Route route, GroupPolicy policy, Filter filter) {
    while (true) {
      OpenSubscription subscription = openOrNew(key, route, policy, filter, false);
      if (isStale(subscription, route)) {
        subscription.retire();
      } else if (!subscription.filter().equals(filter)) {
        if (subscription.isProvisional()) {
          // It makes place; whoever asks meanwhile is told to come back soon.
          subscription.retire();
        } else if (subscription.closeUnjoined()) {
          // One that could not be opened, because of its filter perhaps, is in nobody's way.
          remove(subscription);
          continue;
        } else {
          throw new GatewayException(
              ErrorCode.FAILED_PRECONDITION,
              key
                  + ": other members of the group ask for another filter; all have to ask for the"
                  + " same");
        }
      }
      if (subscription.touch()) {
        return subscription;
      }
      remove(subscription);
    }
  }

  private OpenSubscription openOrNew(
      SubscriptionKey key, Route route, GroupPolicy policy, Filter filter, boolean provisional) {
    return open.computeIfAbsent(
        key,
        k ->
            new OpenSubscription(
                key, route, policy, filter, context, creation, provisional, this::remove));
  }

  /** Whether the topic has moved since the subscription was opened. */
  private static boolean isStale(OpenSubscription subscription, Route route) {
    Route opened = subscription.subscription().route();
    return opened.engine() != route.engine() || opened.ordered() != route.ordered();
  }

  private void remove(OpenSubscription subscription) {
    if (open.remove(subscription.subscription().key(), subscription)) {
      subscription.subscription().closed();
    }
  }

  // ------------------------------------------------------------------------------------------------ settling

  @Override
  public CompletionStage<List<Settled>> ack(
      Caller caller, List<byte[]> leases, long deadlineNanos) {
    Settling settling = settling(leases.size());
    for (int i = 0; i < leases.size(); i++) {
      settling.add(i, leases.get(i), Settlement.Request.Ack::new);
    }
    return settling.run(deadlineNanos);
  }

  @Override
  public CompletionStage<List<Settled>> nack(Caller caller, List<Nack> nacks, long deadlineNanos) {
    Settling settling = settling(nacks.size());
    for (int i = 0; i < nacks.size(); i++) {
      Nack nack = nacks.get(i);
      String reason = nack.reason() == null ? "nacked without a reason" : nack.reason();
      settling.add(
          i,
          nack.lease(),
          token -> new Settlement.Request.GiveBack(token, nack.delay(), ReceiveBounds.cut(reason)));
    }
    return settling.run(deadlineNanos);
  }

  @Override
  public CompletionStage<List<Settled>> extend(
      Caller caller, List<byte[]> leases, @Nullable Duration lease, long deadlineNanos) {
    Settling settling = settling(leases.size());
    for (int i = 0; i < leases.size(); i++) {
      settling.add(
          i,
          leases.get(i),
          token ->
              new Settlement.Request.Extend(
                  token,
                  lease == null
                      ? routing.policy(BroadcastGroup.rules(token.group())).lease()
                      : lease));
    }
    return settling.run(deadlineNanos);
  }

  private Settling settling(int size) {
    return new Settling(size, context, this::forSettling);
  }

  /**
   * The subscription of a lease; opened when the lease is from before and nobody has asked here yet
   * (D16).
   */
  private @Nullable OpenSubscription forSettling(LeaseToken token) {
    SubscriptionKey key = new SubscriptionKey(token.topic(), token.group());
    OpenSubscription subscription = open.get(key);
    if (subscription != null || draining) {
      return subscription;
    }
    Route route = routing.route(key.topic());
    GroupPolicy policy = routing.policy(BroadcastGroup.rules(key.group()));
    while (true) {
      OpenSubscription opened = openOrNew(key, route, policy, Filter.all(), true);
      if (opened.touch()) {
        return opened;
      }
      remove(opened);
    }
  }

  // ------------------------------------------------------------------------------------------------ others

  @Override
  public CompletionStage<Void> seek(
      Caller caller, String topic, String group, SeekTarget target, long deadlineNanos) {
    return groupSeek.move(topic, group, target, deadlineNanos).thenApply(moved -> null);
  }

  /** How groups are moved through this node. */
  public GroupSeek groupSeek() {
    return groupSeek;
  }

  @Override
  public CompletionStage<List<Node>> locate(
      Caller caller, String topic, String group, long deadlineNanos) {
    try {
      SubscriptionKey key = new SubscriptionKey(routing.topic(topic), routing.group(group));
      routing.route(key.topic());
      OpenSubscription subscription = open.get(key);
      int partitions = subscription == null ? 0 : subscription.subscription().view().partitions();
      return CompletableFuture.completedStage(
          List.of(new Node(self.get().name(), self.get().address(), partitions)));
    } catch (GatewayException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  /** Something has been written to the group's retry topic, which may be a new one. */
  public void lookForRetries(TopicName topic, GroupName group) {
    OpenSubscription subscription = open.get(new SubscriptionKey(topic, group));
    if (subscription != null) {
      subscription.lookForRetries();
    }
  }

  /**
   * Other routes and rules hold: subscriptions take them over, or, where the topic now lies on
   * another engine or is ordered otherwise, make place for new ones. Returns how many have changed.
   */
  public int routesChanged() {
    int changed = 0;
    for (OpenSubscription each : open.values()) {
      Subscription subscription = each.subscription();
      SubscriptionKey key = subscription.key();
      Route before = subscription.route();
      Route route = routing.find(key.topic()).orElse(null);
      GroupPolicy policy = routing.policy(BroadcastGroup.rules(key.group()));
      if (route == null || isStale(each, route)) {
        each.retire();
        changed++;
      } else if (!route.equals(before) || !policy.equals(subscription.policy())) {
        subscription.reconfigure(route, policy);
        changed++;
      }
    }
    return changed;
  }

  /** The subscriptions of this node, for operators. */
  public List<SubscriptionView> views() {
    List<SubscriptionView> views = new ArrayList<>();
    for (OpenSubscription subscription : open.values()) {
      views.add(subscription.subscription().view());
    }
    return views;
  }

  /**
   * Hands out nothing more, waits for the open leases up to the grace time, commits, and leaves all
   * groups (D21). Completes with the number of leases that were still open.
   */
  public CompletionStage<Integer> drain(Duration grace) {
    draining = true;
    List<OpenSubscription> subscriptions = List.copyOf(open.values());
    CompletableFuture<?>[] quiet =
        subscriptions.stream()
            .map(s -> s.subscription().drain().toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture<@Nullable Void> allQuiet = CompletableFuture.allOf(quiet);
    CompletableFuture<@Nullable Void> waited = new CompletableFuture<>();
    Timer.Timeout timeout = context.timer().after(grace, () -> waited.complete(null));
    allQuiet.thenAccept(
        done -> {
          timeout.cancel();
          waited.complete(null);
        });
    return waited.thenCompose(
        done -> {
          int stillOpen = views().stream().mapToInt(SubscriptionView::inFlight).sum();
          closed = true;
          CompletableFuture<?>[] leaving =
              subscriptions.stream()
                  .map(s -> s.leave().toCompletableFuture())
                  .toArray(CompletableFuture<?>[]::new);
          return CompletableFuture.allOf(leaving).thenApply(left -> stillOpen);
        });
  }

  private void commitAll() {
    if (closed) {
      return;
    }
    // First, so that a defect below ends one round and not all.
    context.timer().after(context.config().commitInterval(), this::commitAll);
    for (OpenSubscription subscription : open.values()) {
      subscription.subscription().commit();
    }
  }

  private void sweep() {
    if (closed) {
      return;
    }
    context.timer().after(SWEEP, this::sweep);
    for (OpenSubscription subscription : open.values()) {
      subscription.sweep();
    }
  }
}
