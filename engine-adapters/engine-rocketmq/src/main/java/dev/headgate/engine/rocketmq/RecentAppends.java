package dev.headgate.engine.rocketmq;

import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where the queues end by this engine's own appends of the last moments. A broker indexes what it
 * has stored a few milliseconds after it has confirmed it, and tells a queue's end by the index.
 */
final class RecentAppends {
  private static final Duration RECENT = Duration.ofSeconds(2);

  private final Map<Key, End> ends = new ConcurrentHashMap<>();

  private record Key(TopicName topic, Queue queue) {}

  private record End(long offset, long atNanos) {}

  void stored(TopicName topic, Queue queue, long end) {
    ends.put(new Key(topic, queue), new End(end, System.nanoTime()));
  }

  /** The end of the queue; -1 when there is nothing recent. */
  long end(TopicName topic, Queue queue) {
    End end = ends.get(new Key(topic, queue));
    return end == null || System.nanoTime() - end.atNanos() > RECENT.toNanos() ? -1 : end.offset();
  }
}
