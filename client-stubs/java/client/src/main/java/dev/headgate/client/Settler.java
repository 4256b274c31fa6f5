package dev.headgate.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Acks and nacks for a consumer, on a thread of its own: what has gathered while one call was under
 * way goes with the next. What cannot be settled yet is tried again for as long as its lease lives.
 */
final class Settler implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Settler.class);
  private static final int MAX_BATCH = 1_000;
  private static final long IDLE_CHECK_MILLIS = 500;
  private static final Backoff AGAIN = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));

  private final Consumption consumption;
  private final Hand hand;
  private final BlockingQueue<Settlement> queue = new LinkedBlockingQueue<>();
  private volatile boolean stopped;

  Settler(Consumption consumption, Hand hand) {
    this.consumption = consumption;
    this.hand = hand;
  }

  /** A delivery and what to do with its lease; no nack: ack. */
  private record Settlement(HeldDelivery held, @Nullable Nack nack) {}

  void ack(HeldDelivery held) {
    queue.add(new Settlement(held, null));
  }

  void nack(HeldDelivery held, @Nullable Duration delay, @Nullable String reason) {
    queue.add(new Settlement(held, new Nack(held.lease(), delay, reason)));
  }

  void stop() {
    stopped = true;
  }

  @Override
  public void run() {
    int failures = 0;
    try {
      while (!stopped) {
        Settlement first = queue.poll(IDLE_CHECK_MILLIS, TimeUnit.MILLISECONDS);
        if (first == null) {
          continue;
        }
        List<Settlement> batch = new ArrayList<>();
        batch.add(first);
        queue.drainTo(batch, MAX_BATCH - 1);
        List<Settlement> again = settle(batch);
        failures = again.isEmpty() ? 0 : failures + 1;
        if (!again.isEmpty()) {
          queue.addAll(again);
          TimeUnit.NANOSECONDS.sleep(AGAIN.pause(failures, Duration.ZERO).toNanos());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Settlement> settle(List<Settlement> batch) {
    List<Settlement> acks = new ArrayList<>();
    List<Settlement> nacks = new ArrayList<>();
    List<Nack> entries = new ArrayList<>();
    for (Settlement settlement : batch) {
      if (settlement.nack() == null) {
        acks.add(settlement);
      } else {
        nacks.add(settlement);
        entries.add(settlement.nack());
      }
    }
    List<Settlement> again = new ArrayList<>();
    List<Bytes> leases = acks.stream().map(ack -> ack.held().lease()).toList();
    settle(acks, again, () -> consumption.ack(leases, CallOptions.defaults()));
    settle(nacks, again, () -> consumption.nack(entries, CallOptions.defaults()));
    return again;
  }

  private void settle(
      List<Settlement> settlements,
      List<Settlement> again,
      java.util.function.Supplier<List<SettleResult>> call) {
    if (settlements.isEmpty()) {
      return;
    }
    try {
      List<SettleResult> results = call.get();
      for (int i = 0; i < settlements.size(); i++) {
        settled(settlements.get(i), results.get(i), again);
      }
    } catch (HeadgateException e) {
      log.warn("cannot settle {} leases: {}", settlements.size(), e.toString());
      settlements.forEach(settlement -> later(settlement, e.retryable(), again));
    }
  }

  private void settled(Settlement settlement, SettleResult result, List<Settlement> again) {
    if (result.status() == SettleStatus.UNAVAILABLE) {
      later(settlement, true, again);
      return;
    }
    if (!result.isDone()) {
      log.debug("{} comes again: {}", settlement.held().delivery().messageId(), result);
    }
    hand.remove(settlement.held());
  }

  private void later(Settlement settlement, boolean retryable, List<Settlement> again) {
    if (retryable && !stopped && settlement.held().alive(System.nanoTime())) {
      again.add(settlement);
    } else {
      hand.remove(settlement.held());
    }
  }
}
