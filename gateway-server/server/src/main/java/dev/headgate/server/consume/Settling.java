package dev.headgate.server.consume;

import dev.headgate.engine.Partition;
import dev.headgate.server.error.EngineErrors;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.time.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One ack, nack or extend call: opens the leases, sorts them by subscription, and settles those of
 * each under one lock. Leases of partitions that are not owned here yet, after a restart for
 * example, wait for them, up to the caller's deadline.
 */
final class Settling {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final Duration MARGIN = Duration.ofMillis(100);
  private static final Settled NOT_A_LEASE =
      new Settled(SettleStatus.UNKNOWN, "not a lease of this gateway", Duration.ZERO);

  private final ConsumeContext context;
  private final Function<LeaseToken, @Nullable OpenSubscription> subscriptions;
  private final Settled[] answers;
  private final Map<OpenSubscription, Group> groups = new LinkedHashMap<>(2);

  Settling(
      int size,
      ConsumeContext context,
      Function<LeaseToken, @Nullable OpenSubscription> subscriptions) {
    this.context = context;
    this.subscriptions = subscriptions;
    this.answers = new Settled[size];
  }

  private static final class Group {
    final List<Settlement.Request> requests = new ArrayList<>();
    final List<Integer> places = new ArrayList<>();
  }

  void add(int place, byte[] lease, Function<LeaseToken, Settlement.Request> request) {
    answers[place] = NOT_A_LEASE;
    Optional<LeaseToken> token = context.signer().open(lease);
    if (token.isEmpty()) {
      return;
    }
    OpenSubscription subscription;
    try {
      subscription = subscriptions.apply(token.get());
    } catch (GatewayException e) {
      answers[place] =
          new Settled(SettleStatus.UNKNOWN, String.valueOf(e.getMessage()), Duration.ZERO);
      return;
    }
    if (subscription == null) {
      answers[place] =
          new Settled(SettleStatus.UNAVAILABLE, "this node is stopping", Duration.ZERO);
      return;
    }
    Group group = groups.computeIfAbsent(subscription, s -> new Group());
    group.requests.add(request.apply(token.get()));
    group.places.add(place);
  }

  CompletionStage<List<Settled>> run(long deadlineNanos) {
    List<CompletableFuture<?>> waiting = new ArrayList<>();
    groups.forEach(
        (subscription, group) -> {
          settle(subscription, group);
          Group late = unavailable(group);
          if (!late.requests.isEmpty()) {
            waiting.add(settleWhenOwned(subscription, late, deadlineNanos));
          }
        });
    return CompletableFuture.allOf(waiting.toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> Arrays.asList(answers));
  }

  private void settle(OpenSubscription subscription, Group group) {
    int[] places = group.places.stream().mapToInt(Integer::intValue).toArray();
    try {
      new Settlement(subscription.subscription()).settle(group.requests, answers, places);
    } catch (RuntimeException e) {
      GatewayException told = EngineErrors.map(e, subscription.subscription().key().toString());
      Settled failed =
          new Settled(SettleStatus.UNAVAILABLE, String.valueOf(told.getMessage()), Duration.ZERO);
      for (int place : places) {
        answers[place] = failed;
      }
    }
  }

  private Group unavailable(Group group) {
    Group late = new Group();
    for (int i = 0; i < group.requests.size(); i++) {
      if (answers[group.places.get(i)].status() == SettleStatus.UNAVAILABLE) {
        late.requests.add(group.requests.get(i));
        late.places.add(group.places.get(i));
      }
    }
    return late;
  }

  private CompletableFuture<?> settleWhenOwned(
      OpenSubscription subscription, Group late, long deadlineNanos) {
    Duration left = Duration.ofNanos(deadlineNanos - context.timer().nanoTime()).minus(MARGIN);
    Duration wait = left.compareTo(LONGEST_WAIT) < 0 ? left : LONGEST_WAIT;
    if (wait.isNegative() || wait.isZero()) {
      return CompletableFuture.completedFuture(null);
    }
    List<Partition> partitions =
        late.requests.stream().map(request -> request.token().partition()).distinct().toList();
    CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();
    AtomicInteger missing = new AtomicInteger(partitions.size());
    Runnable owned =
        () -> {
          if (missing.decrementAndGet() == 0) {
            ready.complete(null);
          }
        };
    partitions.forEach(partition -> subscription.subscription().await(partition, owned));
    subscription.ensureJoined();
    Timer.Timeout limit = context.timer().after(wait, () -> ready.complete(null));
    return ready.thenAccept(
        done -> {
          limit.cancel();
          partitions.forEach(
              partition -> subscription.subscription().stopAwaiting(partition, owned));
          settle(subscription, late);
        });
  }
}
