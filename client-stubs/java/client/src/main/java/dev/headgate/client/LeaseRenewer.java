package dev.headgate.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prolongs what a consumer holds, each lease when half of it has passed, all that are due in one
 * call. On a thread of its own, so that neither a slow handler nor a slow ack lets a lease lapse.
 */
final class LeaseRenewer implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(LeaseRenewer.class);

  /** What comes due so soon after the first goes along with it. */
  private static final long TOGETHER_NANOS = Duration.ofMillis(50).toNanos();

  private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(60).toNanos();

  private final Consumption consumption;
  private final Hand hand;
  private final @Nullable Duration lease;
  private final Object wake = new Object();
  private boolean woken;
  private volatile boolean stopped;

  LeaseRenewer(Consumption consumption, Hand hand, @Nullable Duration lease) {
    this.consumption = consumption;
    this.hand = hand;
    this.lease = lease;
  }

  /** New leases are in the hand. */
  void wake() {
    synchronized (wake) {
      woken = true;
      wake.notifyAll();
    }
  }

  void stop() {
    stopped = true;
    wake();
  }

  @Override
  public void run() {
    try {
      while (!stopped) {
        List<HeldDelivery> due = due();
        if (due.isEmpty()) {
          await();
        } else {
          renew(due);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<HeldDelivery> due() {
    long now = System.nanoTime();
    long first = Long.MAX_VALUE;
    List<HeldDelivery> due = new ArrayList<>();
    for (HeldDelivery held : hand.all()) {
      long left = held.renewInNanos(now);
      first = Math.min(first, left);
      if (left <= TOGETHER_NANOS) {
        due.add(held);
      }
    }
    return first <= 0 ? due : List.of();
  }

  private void await() throws InterruptedException {
    long now = System.nanoTime();
    long wait = LONGEST_WAIT_NANOS;
    for (HeldDelivery held : hand.all()) {
      wait = Math.min(wait, held.renewInNanos(now));
    }
    synchronized (wake) {
      if (!woken && wait > 0) {
        TimeUnit.NANOSECONDS.timedWait(wake, wait);
      }
      woken = false;
    }
  }

  private void renew(List<HeldDelivery> due) {
    try {
      List<SettleResult> results =
          consumption.extend(
              due.stream().map(HeldDelivery::lease).toList(), lease, CallOptions.defaults());
      long now = System.nanoTime();
      for (int i = 0; i < due.size(); i++) {
        renewed(due.get(i), results.get(i), now);
      }
    } catch (HeadgateException e) {
      log.warn("cannot renew {} leases: {}", due.size(), e.toString());
      long now = System.nanoTime();
      due.forEach(held -> held.postponed(now));
    }
  }

  private void renewed(HeldDelivery held, SettleResult result, long now) {
    switch (result.status()) {
      case DONE -> {
        Duration asked = lease == null ? held.delivery().leaseTime() : lease;
        held.prolonged(result.leaseTime() == null ? asked : result.leaseTime(), now);
      }
      case UNAVAILABLE -> held.postponed(now);
      case EXPIRED, FENCED, UNKNOWN -> {
        held.lost();
        log.debug("lease of {} is lost: {}", held.delivery().messageId(), result);
        if (held.takeBack()) {
          hand.remove(held);
        }
      }
    }
  }
}
