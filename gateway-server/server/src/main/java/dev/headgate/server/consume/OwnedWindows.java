package dev.headgate.server.consume;

import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.Partition;
import dev.headgate.engine.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that a subscription owns, as they come and go (D20): the turn in which they are
 * leased from, their intakes, their handover, and the commit of their edges. Guarded by the
 * subscription's lock.
 */
final class OwnedWindows {
  private static final Logger log = LoggerFactory.getLogger(OwnedWindows.class);

  private final Subscription subscription;
  private final Map<Partition, PartitionWindow> windows = new HashMap<>();
  private final Map<PartitionWindow, PartitionIntake> intakes = new HashMap<>();
  private final Map<PartitionWindow, CompletableFuture<@Nullable Void>> handovers = new HashMap<>();
  private final Map<Partition, Set<Runnable>> awaited = new HashMap<>();
  private final List<PartitionWindow> leasable = new ArrayList<>();
  private int turn;

  OwnedWindows(Subscription subscription) {
    this.subscription = subscription;
  }

  int size() {
    return windows.size();
  }

  boolean owns(PartitionWindow window) {
    return windows.get(window.partition()) == window;
  }

  @Nullable PartitionWindow find(Partition partition) {
    return windows.get(partition);
  }

  /** Leases that are open. */
  int openLeases() {
    int open = 0;
    for (PartitionWindow window : windows.values()) {
      open += window.openLeases;
    }
    return open;
  }

  /** When the engine stored the oldest unsettled message; Long.MAX_VALUE when there is none. */
  long oldestStoredMillis() {
    long oldest = Long.MAX_VALUE;
    for (PartitionWindow window : windows.values()) {
      oldest = Math.min(oldest, window.oldestStoredMillis());
    }
    return oldest;
  }

  /** Gives back memory that only work needs. */
  void trim() {
    windows.values().forEach(PartitionWindow::trim);
  }

  /** Messages that the group has not settled, in these partitions. */
  long lag() {
    long lag = 0;
    for (PartitionWindow window : windows.values()) {
      lag += window.lag();
    }
    return lag;
  }

  /** Topics with a partition that is not being read on, so that nobody says where it ends. */
  Set<TopicName> heldBack() {
    Set<TopicName> topics = new HashSet<>();
    intakes.forEach(
        (window, intake) -> {
          if (!intake.isOpen()) {
            topics.add(window.partition().topic());
          }
        });
    return topics;
  }

  /** Where a partition ends, asked for apart from reading it. */
  void endOffset(Partition partition, long offset) {
    PartitionWindow window = windows.get(partition);
    if (window != null) {
      window.endOffset(offset);
    }
  }

  /** Whether a lease is open, or a message is on its way to another topic. */
  boolean busy() {
    for (PartitionWindow window : windows.values()) {
      if (window.openLeases > 0 || window.moving > 0) {
        return true;
      }
    }
    return false;
  }

  // ------------------------------------------------------------------------------------------------ leasing

  /** Messages that could be leased now. */
  int ready() {
    int ready = 0;
    for (PartitionWindow window : leasable) {
      ready += window.dispatch().ready();
    }
    return ready;
  }

  /** The dispatch whose turn it is, of those that have something ready; null when none has. */
  @Nullable Dispatch nextReady() {
    for (int misses = 0; misses < leasable.size(); misses++) {
      turn = (turn + 1) % leasable.size();
      Dispatch dispatch = leasable.get(turn).dispatch();
      if (dispatch.ready() > 0) {
        return dispatch;
      }
    }
    return null;
  }

  /** Nothing is leased any more. */
  void stopLeasing() {
    leasable.clear();
  }

  void wakeIntakes(Effects effects) {
    for (PartitionWindow window : leasable) {
      PartitionIntake intake = intakes.get(window);
      if (intake != null) {
        intake.wake(effects);
      }
    }
  }

  // ------------------------------------------------------------------------------------------------ coming and going

  void assigned(PartitionWindow window, boolean lease, Effects effects) {
    PartitionWindow before = windows.put(window.partition(), window);
    if (before != null) {
      forget(before, effects);
      windows.put(window.partition(), window);
    }
    PartitionIntake intake = new PartitionIntake(subscription, window);
    intakes.put(window, intake);
    if (lease) {
      leasable.add(window);
    }
    Set<Runnable> waiting = awaited.remove(window.partition());
    if (waiting != null) {
      waiting.forEach(effects::add);
    }
    intake.wake(effects);
  }

  /**
   * Gives a partition up: nothing more is leased, open leases get a moment to be settled, the edge
   * is committed.
   */
  void revoked(
      OwnedPartition partition, CompletableFuture<@Nullable Void> handedOver, Effects effects) {
    PartitionWindow window = find(partition);
    if (window == null) {
      effects.add(() -> handedOver.complete(null));
      return;
    }
    window.closing = true;
    leasable.remove(window);
    handovers.put(window, handedOver);
    checkHandovers(effects);
    subscription
        .timer()
        .after(
            subscription.context().config().handover(),
            () -> subscription.run(late -> handOver(window, late)));
  }

  /** The partition is gone already. */
  void lost(OwnedPartition partition, Effects effects) {
    PartitionWindow window = find(partition);
    if (window != null) {
      forget(window, effects);
    }
  }

  private @Nullable PartitionWindow find(OwnedPartition partition) {
    PartitionWindow window = windows.get(partition.partition());
    return window != null && window.owned() == partition ? window : null;
  }

  /** Hands over what is to go and has nothing open any more. */
  void checkHandovers(Effects effects) {
    if (handovers.isEmpty()) {
      return;
    }
    for (PartitionWindow window : List.copyOf(handovers.keySet())) {
      if (window.openLeases == 0 && window.moving == 0) {
        handOver(window, effects);
      }
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

  private void forget(PartitionWindow window, Effects effects) {
    window.closing = true;
    windows.remove(window.partition(), window);
    leasable.remove(window);
    intakes.remove(window);
    CompletableFuture<@Nullable Void> handedOver = handovers.remove(window);
    if (handedOver != null) {
      effects.add(() -> handedOver.complete(null));
    }
    subscription.metrics().acksUncommitted(window.settledUncommitted());
    window.unsettled().forEach(message -> subscription.forget(message, effects));
    window.openLeases = 0;
    window.moving = 0;
    subscription.checkQuiet(effects);
  }

  /**
   * Forgets all that is in flight; {@code committed} completes, and never fails, when what was
   * settled is committed.
   */
  void forgetAll(CompletableFuture<@Nullable Void> committed, Effects effects) {
    Map<PartitionWindow, Long> edges = new HashMap<>();
    for (PartitionWindow window : List.copyOf(windows.values())) {
      long edge = window.takeUncommittedEdge();
      forget(window, effects);
      if (edge >= 0) {
        edges.put(window, edge);
      }
    }
    effects.add(
        () ->
            CompletableFuture.allOf(
                    edges.entrySet().stream()
                        .map(each -> each.getKey().owned().commit(each.getValue()))
                        .map(CompletionStage::toCompletableFuture)
                        .toArray(CompletableFuture<?>[]::new))
                .whenComplete((done, failure) -> committed.complete(null)));
  }

  /** Runs the step once when the partition is owned, unless that is called off before. */
  void await(Partition partition, Runnable step, Effects effects) {
    if (windows.containsKey(partition)) {
      effects.add(step);
    } else {
      awaited.computeIfAbsent(partition, p -> new HashSet<>()).add(step);
    }
  }

  /** Nobody waits for it any more. */
  void stopAwaiting(Partition partition, Runnable step) {
    Set<Runnable> waiting = awaited.get(partition);
    if (waiting != null && waiting.remove(step) && waiting.isEmpty()) {
      awaited.remove(partition);
    }
  }

  // ------------------------------------------------------------------------------------------------ commit

  /** Commits the edges that have moved. */
  void commit(Effects effects) {
    for (PartitionWindow window : windows.values()) {
      if (!window.closing) {
        long before = window.committedOffset();
        long edge = window.takeUncommittedEdge();
        if (edge >= 0) {
          effects.add(() -> commit(window, edge, before));
        }
      }
    }
  }

  private void commit(PartitionWindow window, long edge, long before) {
    window
        .owned()
        .commit(edge)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                log.debug(
                    "{}: commit of {}@{} failed",
                    subscription.key(),
                    window.partition(),
                    edge,
                    failure);
                subscription.run(
                    effects -> {
                      window.commitFailed(before);
                      subscription.edgeMayHaveMoved();
                    });
              }
            });
  }
}
