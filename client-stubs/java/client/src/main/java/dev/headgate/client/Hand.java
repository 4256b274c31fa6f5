package dev.headgate.client;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** What a consumer holds leased, bounded. Thread-safe. */
final class Hand {
  private final Set<HeldDelivery> held = ConcurrentHashMap.newKeySet();
  private final Semaphore room;
  private final Object changed = new Object();

  Hand(int size) {
    this.room = new Semaphore(size);
  }

  /** Waits for room and takes as much as there is, at most {@code max}. */
  int acquireRoom(int max) throws InterruptedException {
    room.acquire();
    int taken = 1;
    while (taken < max && room.tryAcquire()) {
      taken++;
    }
    return taken;
  }

  void releaseRoom(int places) {
    room.release(places);
  }

  void add(HeldDelivery delivery) {
    held.add(delivery);
  }

  /** Frees the place; repeating it is harmless. */
  void remove(HeldDelivery delivery) {
    if (delivery.remove() && held.remove(delivery)) {
      room.release();
      synchronized (changed) {
        changed.notifyAll();
      }
    }
  }

  Collection<HeldDelivery> all() {
    return List.copyOf(held);
  }

  int size() {
    return held.size();
  }

  /**
   * Waits until the hand is empty; false when it is not by the deadline of {@link System#nanoTime}.
   */
  boolean awaitEmpty(long deadlineNanos) throws InterruptedException {
    synchronized (changed) {
      while (!held.isEmpty()) {
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(changed, left);
      }
      return true;
    }
  }
}
