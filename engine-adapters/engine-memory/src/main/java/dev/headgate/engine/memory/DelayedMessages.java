package dev.headgate.engine.memory;

import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Messages that are not due yet, each with a timer (D30). Thread-safe. The timer only says when to
 * look; the clock says whether the message is due, so that it is never early.
 */
final class DelayedMessages {
  private static final Duration LONGEST_NAP = Duration.ofDays(1);

  private record Delayed(Message message, Instant dueAt, PartitionLog log) {}

  private final InstantSource clock;
  private final ScheduledExecutorService scheduler;
  private final Map<Long, Delayed> waiting = new ConcurrentHashMap<>();
  private final AtomicLong lastId = new AtomicLong();

  DelayedMessages(InstantSource clock, ScheduledExecutorService scheduler) {
    this.clock = clock;
    this.scheduler = scheduler;
  }

  boolean isDue(Message message) {
    Instant dueAt = message.deliverAt();
    return dueAt == null || !dueAt.isAfter(clock.instant());
  }

  /** Returns the number to cancel it by. */
  long add(Message message, PartitionLog log) {
    long id = lastId.incrementAndGet();
    waiting.put(id, new Delayed(message, Objects.requireNonNull(message.deliverAt()), log));
    look(id);
    return id;
  }

  /** Takes the message out; its cost, or 0 when it is not there, or not any more. */
  long cancel(TopicName topic, long id) {
    Delayed delayed = waiting.get(id);
    return delayed != null
            && delayed.log().partition().topic().equals(topic)
            && waiting.remove(id, delayed)
        ? ByteBudget.cost(delayed.message())
        : 0;
  }

  private void look(long id) {
    Delayed delayed = waiting.get(id);
    if (delayed == null) {
      return;
    }
    Duration left = Duration.between(clock.instant(), delayed.dueAt());
    if (left.isZero() || left.isNegative()) {
      // Whoever removes it has it: a cancel that comes first wins.
      if (waiting.remove(id) != null) {
        delayed.log().append(delayed.message());
      }
      return;
    }
    // Rounded up: a timer that fires too soon would only look again.
    long millis = left.compareTo(LONGEST_NAP) > 0 ? LONGEST_NAP.toMillis() : left.toMillis() + 1;
    scheduler.schedule(() -> look(id), millis, TimeUnit.MILLISECONDS);
  }
}
