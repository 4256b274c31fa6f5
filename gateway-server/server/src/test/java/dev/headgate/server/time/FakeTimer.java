package dev.headgate.server.time;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/** Time that stands still until a test moves it. Tasks run on the thread that moves it. */
public final class FakeTimer implements Timer {
  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private long nanos = 1_000_000_000L;
  private long sequence;

  @Override
  public synchronized Instant instant() {
    return Instant.ofEpochSecond(1_700_000_000L).plusNanos(nanos);
  }

  @Override
  public synchronized long nanoTime() {
    return nanos;
  }

  @Override
  public synchronized Timeout after(Duration delay, Runnable action) {
    Task task = new Task(nanos + delay.toNanos(), sequence++, action);
    tasks.add(task);
    return () -> remove(task);
  }

  private synchronized void remove(Task task) {
    tasks.remove(task);
  }

  /** Moves the time, and runs what falls due on the way, in order. */
  public void advance(Duration by) {
    long target;
    synchronized (this) {
      target = nanos + by.toNanos();
    }
    while (true) {
      Task due;
      synchronized (this) {
        due = tasks.peek();
        if (due == null || due.atNanos > target) {
          nanos = target;
          return;
        }
        tasks.remove(due);
        nanos = Math.max(nanos, due.atNanos);
      }
      due.action.run();
    }
  }

  /** Moves the time, and runs nothing: as if the timer's thread were stuck. */
  public synchronized void skip(Duration by) {
    nanos += by.toNanos();
  }

  private record Task(long atNanos, long sequence, Runnable action) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }
}
