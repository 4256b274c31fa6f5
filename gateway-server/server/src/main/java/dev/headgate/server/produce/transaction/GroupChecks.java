package dev.headgate.server.produce.transaction;

import dev.headgate.server.time.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The checks of one producer group on this node, and the polls of its members. A check goes to the
 * member that has waited longest, or waits for the next that asks; each is handed out once, and
 * what is not answered the engine asks again. Thread-safe; polls are answered outside the lock.
 */
final class GroupChecks {
  private static final int MAX_WAITING = 1_000;

  private final Timer timer;
  private final CheckMemory memory;
  private final Map<HalfKey, PendingCheck> waiting = new LinkedHashMap<>();
  private final Deque<Poll> parked = new ArrayDeque<>();
  private final List<AutoCloseable> registrations = new ArrayList<>();
  private long lastSeenNanos;
  private boolean closed;

  GroupChecks(Timer timer, CheckMemory memory) {
    this.timer = timer;
    this.memory = memory;
    this.lastSeenNanos = timer.nanoTime();
  }

  /** What is to be closed when the group is not asked through this node any more. */
  synchronized void registered(AutoCloseable registration) {
    registrations.add(registration);
  }

  /** A member is there. */
  synchronized void seen() {
    lastSeenNanos = timer.nanoTime();
  }

  /** The engine asks. */
  void offer(PendingCheck check) {
    Poll poll;
    synchronized (this) {
      forget(check.key());
      poll = closed ? null : parked.poll();
      if (poll == null) {
        if (!closed && waiting.size() < MAX_WAITING && memory.tryHold(check)) {
          waiting.put(check.key(), check);
        }
        return;
      }
      poll.taken = List.of(check);
      lastSeenNanos = timer.nanoTime();
    }
    poll.answer();
  }

  /** The transaction has ended: nobody needs to be asked any more. */
  synchronized void ended(HalfKey key) {
    forget(key);
  }

  PendingChecks poll(int maxChecks, int maxBytes, Duration wait) {
    Poll poll = new Poll();
    synchronized (this) {
      lastSeenNanos = timer.nanoTime();
      poll.taken = take(maxChecks, maxBytes);
      if (poll.taken.isEmpty() && !wait.isZero() && !closed) {
        parked.add(poll);
        poll.timeout = timer.after(wait, poll::end);
        return poll;
      }
    }
    poll.answer();
    return poll;
  }

  /** Whether no member has asked for so long. */
  synchronized boolean isIdle(Duration idle) {
    return parked.isEmpty() && timer.nanoTime() - lastSeenNanos > idle.toNanos();
  }

  /** Ends the polls, with nothing; the engines ask others from now on. */
  void close() {
    List<Poll> polls;
    List<AutoCloseable> closing;
    synchronized (this) {
      closed = true;
      polls = List.copyOf(parked);
      parked.clear();
      closing = List.copyOf(registrations);
      registrations.clear();
      waiting.values().forEach(memory::release);
      waiting.clear();
    }
    for (AutoCloseable registration : closing) {
      try {
        registration.close();
      } catch (Exception e) {
        throw new IllegalStateException("a listener for checks could not be closed", e);
      }
    }
    polls.forEach(Poll::answer);
  }

  private List<PendingCheck> take(int maxChecks, int maxBytes) {
    List<PendingCheck> taken = new ArrayList<>();
    long bytes = 0;
    Iterator<PendingCheck> all = waiting.values().iterator();
    while (all.hasNext() && taken.size() < maxChecks) {
      PendingCheck check = all.next();
      bytes += check.message().size();
      if (bytes > maxBytes && !taken.isEmpty()) {
        break;
      }
      all.remove();
      memory.release(check);
      taken.add(check);
    }
    return taken;
  }

  private void forget(HalfKey key) {
    PendingCheck earlier = waiting.remove(key);
    if (earlier != null) {
      memory.release(earlier);
    }
  }

  private final class Poll implements PendingChecks {
    private final CompletableFuture<List<PendingCheck>> result = new CompletableFuture<>();
    // Guarded by the group, and written before the poll is answered.
    private List<PendingCheck> taken = List.of();
    private Timer.@Nullable Timeout timeout;

    @Override
    public CompletionStage<List<PendingCheck>> result() {
      return result;
    }

    @Override
    public void abandon() {
      List<PendingCheck> unseen;
      synchronized (GroupChecks.this) {
        parked.remove(this);
        unseen = taken;
        taken = List.of();
      }
      result.complete(List.of());
      unseen.forEach(GroupChecks.this::offer);
    }

    /** Nothing has come for as long as it wanted to wait. */
    private void end() {
      synchronized (GroupChecks.this) {
        if (!parked.remove(this)) {
          return;
        }
        lastSeenNanos = timer.nanoTime();
      }
      result.complete(List.of());
    }

    private void answer() {
      List<PendingCheck> checks;
      synchronized (GroupChecks.this) {
        checks = taken;
        if (timeout != null) {
          timeout.cancel();
        }
      }
      result.complete(checks);
    }
  }
}
