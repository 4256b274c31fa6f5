package dev.headgate.server.produce;

import dev.headgate.engine.TopicName;
import dev.headgate.server.time.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Lets one append of a topic go before all others of this node, which wait for its answer in their
 * order. The first one may have to create the topic, or make its engine look up where the topic
 * lies; whoever came meanwhile would be stored in the order in which those questions happen to be
 * answered, and a batch of one key turned around. Afterwards a topic costs one lookup. Thread-safe.
 */
final class FirstAppends {
  /** A first append that takes longer meets a broker in trouble; nobody is to wait for that. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Timer timer;
  private final Set<TopicName> known = ConcurrentHashMap.newKeySet();
  private final Map<TopicName, Deque<Runnable>> waiting = new ConcurrentHashMap<>();

  FirstAppends(Timer timer) {
    this.timer = timer;
  }

  /** Runs the append, whose answer is told by the stage, now or after those that came before it. */
  void enter(TopicName topic, Runnable append, CompletionStage<?> answer) {
    if (known.contains(topic)) {
      append.run();
      return;
    }
    AtomicBoolean first = new AtomicBoolean();
    AtomicBoolean atOnce = new AtomicBoolean();
    waiting.compute(
        topic,
        (name, others) -> {
          if (others != null) {
            others.add(append);
            return others;
          }
          boolean passed = known.contains(name);
          atOnce.set(passed);
          first.set(!passed);
          return passed ? null : new ArrayDeque<>();
        });
    if (atOnce.get()) {
      append.run();
    } else if (first.get()) {
      goFirst(topic, append, answer);
    }
  }

  /** The engine has said that it has no such topic: the next append is a first one again. */
  void forget(TopicName topic) {
    known.remove(topic);
  }

  private void goFirst(TopicName topic, Runnable append, CompletionStage<?> answer) {
    AtomicBoolean released = new AtomicBoolean();
    Timer.Timeout patience = timer.after(PATIENCE, () -> release(topic, released, false));
    append.run();
    answer.whenComplete(
        (stored, failure) -> {
          patience.cancel();
          release(topic, released, failure == null);
        });
  }

  private void release(TopicName topic, AtomicBoolean released, boolean stored) {
    if (!released.compareAndSet(false, true)) {
      return;
    }
    for (Runnable next = next(topic, stored); next != null; next = next(topic, stored)) {
      next.run();
    }
  }

  /** The next that waits; when there is none the topic is open to all. */
  private @Nullable Runnable next(TopicName topic, boolean stored) {
    Deque<Runnable> taken = new ArrayDeque<>(1);
    waiting.computeIfPresent(
        topic,
        (name, others) -> {
          Runnable head = others.poll();
          if (head == null) {
            if (stored) {
              known.add(name);
            }
            return null;
          }
          taken.add(head);
          return others;
        });
    return taken.poll();
  }
}
