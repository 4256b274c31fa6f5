package dev.headgate.engine.rocketmq;

import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.Position;
import dev.headgate.engine.TopicName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Appends to one topic that go out in turn. Those that come while the lane's requests are open
 * wait, and go out together in the next: a batch costs no waiting when there is little to do, and
 * grows by itself when there is much.
 *
 * <p>The lane of unordered appends is the topic's: each request goes to the next queue, and to a
 * broker that works. The lane of ordered appends is a queue's and has one request open at a time,
 * so the order of appends is the order in the queue.
 *
 * <p>Thread-safe; the lock is never held while calling out.
 */
final class AppendLane {
  /** What all lanes of an engine share. */
  interface Outlet {
    /** Sends, and calls {@link AppendLane#finished} once when the request has been dealt with. */
    void send(AppendLane lane, AppendRequest request);

    /** The route, however old; null when there is none. */
    @Nullable Route route(TopicName topic);

    boolean isBroken(String broker);

    /** Has the lane swept for deadlines until it is idle. */
    void busy(AppendLane lane);
  }

  private final TopicName topic;
  private final @Nullable Queue only;
  private final RocketMqSettings settings;
  private final Outlet outlet;
  private final Deque<PendingAppend> waiting = new ArrayDeque<>();
  // By identity: a record compares by content.
  private final Set<AppendRequest> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<String, Integer> openByBroker = new HashMap<>();
  private int turn;
  private boolean busy;

  /**
   * A lane.
   *
   * @param only the queue of an ordered lane; null for an unordered one
   */
  AppendLane(TopicName topic, @Nullable Queue only, RocketMqSettings settings, Outlet outlet) {
    this.topic = topic;
    this.only = only;
    this.settings = settings;
    this.outlet = outlet;
  }

  /** Takes an append; it is sent now or with the next request. */
  void add(PendingAppend append) {
    boolean wakes;
    synchronized (this) {
      waiting.add(append);
      wakes = !busy;
      busy = true;
    }
    if (wakes) {
      outlet.busy(this);
    }
    flush();
  }

  /**
   * A request has been dealt with.
   *
   * @param again those of its appends that are to be sent once more, before all that wait
   */
  void finished(AppendRequest request, List<PendingAppend> again) {
    synchronized (this) {
      open.remove(request);
      openByBroker.merge(request.queue().broker(), -1, Integer::sum);
      for (int i = again.size() - 1; i >= 0; i--) {
        waiting.addFirst(again.get(i));
      }
    }
    flush();
  }

  /** Answers what is past its deadline. Returns false when there is nothing left to watch. */
  boolean sweep(long now) {
    List<PendingAppend> unsent = new ArrayList<>(0);
    List<PendingAppend> unanswered = new ArrayList<>(0);
    synchronized (this) {
      waiting.removeIf(append -> append.isOverdue(now) && unsent.add(append));
      for (AppendRequest request : open) {
        for (PendingAppend append : request.appends()) {
          if (append.isOverdue(now) && !append.answer().isDone()) {
            unanswered.add(append);
          }
        }
      }
      busy = !waiting.isEmpty() || !open.isEmpty();
    }
    unsent.forEach(PendingAppend::failUnsent);
    unanswered.forEach(PendingAppend::failUnanswered);
    return busy;
  }

  /** Answers all that waits; what is open is answered by its request. */
  void abandon(EngineException failure) {
    List<PendingAppend> abandoned;
    synchronized (this) {
      abandoned = List.copyOf(waiting);
      waiting.clear();
    }
    abandoned.forEach(append -> append.fail(failure));
  }

  /** The answers to what has been sent. */
  synchronized List<CompletableFuture<Position>> openAnswers() {
    return open.stream()
        .flatMap(request -> request.appends().stream())
        .map(PendingAppend::answer)
        .toList();
  }

  private void flush() {
    while (true) {
      List<PendingAppend> overdue = new ArrayList<>(0);
      AppendRequest request;
      boolean stranded;
      synchronized (this) {
        request = nextRequest(overdue);
        if (request != null) {
          open.add(request);
          openByBroker.merge(request.queue().broker(), 1, Integer::sum);
        }
        stranded = request == null && open.isEmpty() && !waiting.isEmpty();
      }
      overdue.forEach(PendingAppend::failUnsent);
      if (request == null) {
        if (stranded) {
          abandon(
              new EngineException(
                  Kind.UNAVAILABLE, "topic '%s' has no queue to write to".formatted(topic)));
        }
        return;
      }
      outlet.send(this, request);
    }
  }

  private @Nullable AppendRequest nextRequest(List<PendingAppend> overdue) {
    long now = System.nanoTime();
    for (PendingAppend first = waiting.peek();
        first != null && first.isOverdue(now);
        first = waiting.peek()) {
      overdue.add(waiting.remove());
    }
    Queue queue = waiting.isEmpty() ? null : nextQueue();
    if (queue == null) {
      return null;
    }
    PendingAppend first = waiting.remove();
    List<PendingAppend> appends = new ArrayList<>();
    appends.add(first);
    if (first.message().batchable()) {
      fill(appends, first, now, overdue);
    }
    return new AppendRequest(topic, queue, appends);
  }

  private void fill(
      List<PendingAppend> appends, PendingAppend first, long now, List<PendingAppend> overdue) {
    int bytes = first.message().batchSize();
    for (PendingAppend next = waiting.peek();
        next != null && appends.size() < settings.maxBatchMessages();
        next = waiting.peek()) {
      if (next.isOverdue(now)) {
        overdue.add(waiting.remove());
        continue;
      }
      bytes += next.message().batchSize();
      if (!next.message().batchable()
          || next.message().reconsumeTimes() != first.message().reconsumeTimes()
          || bytes > settings.maxBatchBytes()) {
        return;
      }
      appends.add(waiting.remove());
    }
  }

  /** The queue for the next request; null when no more may be open. */
  private @Nullable Queue nextQueue() {
    if (only != null) {
      return open.isEmpty() ? only : null;
    }
    Route route = outlet.route(topic);
    if (route == null || route.writable().isEmpty()) {
      return null;
    }
    Queue anyFree = null;
    int count = route.writable().size();
    for (int i = 0; i < count; i++) {
      Queue queue = route.writable().get(Math.floorMod(turn + i, count));
      if (openByBroker.getOrDefault(queue.broker(), 0) >= settings.batchesInFlight()) {
        continue;
      }
      if (!outlet.isBroken(queue.broker())) {
        turn = Math.floorMod(turn + i + 1, count);
        return queue;
      }
      anyFree = anyFree == null ? queue : anyFree;
    }
    return anyFree;
  }
}
