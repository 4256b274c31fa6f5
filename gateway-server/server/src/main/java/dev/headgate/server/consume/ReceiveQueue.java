package dev.headgate.server.consume;

import dev.headgate.server.metrics.GroupMetrics;
import dev.headgate.server.time.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The receives that are parked, first come first served, and who asks. Guarded by the
 * subscription's lock.
 */
final class ReceiveQueue {
  private static final int MAX_CLIENTS_SHOWN = 1_000;
  private static final long CLIENT_SEEN_MILLIS = 60_000;

  private final ArrayDeque<ParkedReceive> parked = new ArrayDeque<>();
  private final Map<String, Long> clients = new HashMap<>();
  private final Timer timer;
  private final GroupMetrics metrics;

  ReceiveQueue(Timer timer, GroupMetrics metrics) {
    this.timer = timer;
    this.metrics = metrics;
  }

  boolean isEmpty() {
    return parked.isEmpty();
  }

  int size() {
    return parked.size();
  }

  /** Parks it; {@code onTimeout} runs without the lock when the wait has passed. */
  void park(ParkedReceive receive, Duration maxWait, Runnable onTimeout) {
    receive.parked = true;
    parked.addLast(receive);
    metrics.parked();
    receive.timeout = timer.after(maxWait, onTimeout);
  }

  /** Takes the one that has waited longest. */
  ParkedReceive take() {
    ParkedReceive receive = parked.removeFirst();
    unparked(receive);
    return receive;
  }

  /** Takes this one; false when it is not parked. */
  boolean remove(ParkedReceive receive) {
    if (!receive.parked || !parked.remove(receive)) {
      return false;
    }
    unparked(receive);
    return true;
  }

  /** Takes all. */
  List<ParkedReceive> removeAll() {
    List<ParkedReceive> all = List.copyOf(parked);
    all.forEach(this::remove);
    return all;
  }

  private void unparked(ParkedReceive receive) {
    receive.parked = false;
    metrics.unparked();
    Timer.Timeout timeout = receive.timeout;
    if (timeout != null) {
      timeout.cancel();
    }
  }

  /** Notes that the client asks. */
  void seen(String clientId) {
    if (clients.size() < MAX_CLIENTS_SHOWN || clients.containsKey(clientId)) {
      clients.put(clientId, timer.monotonicMillis());
    }
  }

  /** Who has asked within the last minute, sorted. */
  List<String> clients() {
    forgetGone();
    return clients.keySet().stream().sorted().toList();
  }

  /** Forgets clients that have not asked for a minute. */
  void forgetGone() {
    long now = timer.monotonicMillis();
    clients.values().removeIf(at -> now - at > CLIENT_SEEN_MILLIS);
  }
}
