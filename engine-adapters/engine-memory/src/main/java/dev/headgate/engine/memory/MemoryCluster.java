package dev.headgate.engine.memory;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.Message;
import dev.headgate.engine.Position;
import dev.headgate.engine.TopicName;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * What stands in for the broker: topics, groups and delayed messages, shared by the engines of any
 * number of nodes. Thread-safe. It needs no closing; what it holds ends with the last reference.
 */
public final class MemoryCluster {
  private final MemoryLimits limits;
  private final InstantSource clock;
  private final ByteBudget budget;
  private final DelayedMessages delayed;
  private final Map<TopicName, MemoryTopic> topics = new ConcurrentHashMap<>();
  private final List<MemoryEngine> engines = new CopyOnWriteArrayList<>();

  /** With the default limits. */
  public MemoryCluster(InstantSource clock, ScheduledExecutorService scheduler) {
    this(MemoryLimits.DEFAULT, clock, scheduler);
  }

  /** With its own clock and timers, which must outlive the engines. */
  public MemoryCluster(
      MemoryLimits limits, InstantSource clock, ScheduledExecutorService scheduler) {
    this.limits = limits;
    this.clock = clock;
    this.budget = new ByteBudget(limits.maxBytes());
    this.delayed = new DelayedMessages(clock, scheduler);
  }

  /** The engine of one more node. */
  public MemoryEngine engine(EngineContext context) {
    MemoryEngine engine = new MemoryEngine(this, context);
    engines.add(engine);
    return engine;
  }

  /**
   * Takes the partitions of a node's readers away at once ({@code lost}), as a broker does that has
   * not heard of a node for too long; then lets them join again.
   */
  public void expire(String node) {
    engines.stream().filter(engine -> engine.node().equals(node)).forEach(MemoryEngine::expire);
  }

  void forget(MemoryEngine engine) {
    engines.remove(engine);
  }

  /** A message that has been taken in: where it lies, and how it can be withdrawn. */
  record Appended(Position position, long delayedId) {}

  Appended append(TopicName topicName, Message message, AppendOptions options) {
    if (System.nanoTime() - options.deadlineNanos() > 0) {
      throw new EngineException(
          Kind.DEADLINE_EXCEEDED, "the deadline passed before the append to " + topicName);
    }
    MemoryTopic topic = topic(topicName);
    if (message.size() > limits.maxMessageBytes()) {
      throw new EngineException(
          Kind.MESSAGE_TOO_LARGE,
          "message to %s has %d bytes (limit: %d)"
              .formatted(topicName, message.size(), limits.maxMessageBytes()));
    }
    if (options.ordered() && message.key() == null) {
      throw new EngineException(
          Kind.INVALID_ARGUMENT, "message to " + topicName + " is ordered but has no key");
    }
    reserve(ByteBudget.cost(message), topicName);
    PartitionLog log = topic.partitionFor(message);
    Message kept = detached(message);
    if (delayed.isDue(kept)) {
      return new Appended(new Position(log.partition(), log.append(kept)), -1);
    }
    return new Appended(new Position(log.partition(), -1), delayed.add(kept, log));
  }

  boolean cancel(TopicName topic, long delayedId) {
    long freed = delayed.cancel(topic, delayedId);
    budget.release(freed);
    return freed > 0;
  }

  InstantSource clock() {
    return clock;
  }

  Map<TopicName, MemoryTopic> topics() {
    return topics;
  }

  MemoryTopic topic(TopicName name) {
    MemoryTopic topic = find(name);
    if (topic == null) {
      throw new EngineException(Kind.UNKNOWN_TOPIC, "there is no topic " + name);
    }
    return topic;
  }

  @Nullable MemoryTopic find(TopicName name) {
    return topics.get(name);
  }

  void ensure(TopicName name, int partitions, Map<String, String> attributes) {
    int wanted = partitions == 0 ? limits.partitions() : partitions;
    topics
        .computeIfAbsent(name, n -> new MemoryTopic(n, wanted, attributes, clock))
        .grow(partitions);
  }

  void delete(TopicName name) {
    MemoryTopic topic = topics.remove(name);
    if (topic != null) {
      topic.groups().values().forEach(MemoryGroup::dissolve);
      topic.partitions().forEach(log -> budget.release(log.clear()));
    }
  }

  private void reserve(long bytes, TopicName topic) {
    while (!budget.tryReserve(bytes)) {
      long freed = topics.values().stream().mapToLong(MemoryTopic::dropSettled).sum();
      budget.release(freed);
      if (freed == 0) {
        throw new EngineException(
            Kind.THROTTLED,
            "append to %s: %d bytes are held that no group has settled"
                .formatted(topic, limits.maxBytes()));
      }
    }
  }

  /**
   * The body on its own: a view would keep the whole frame it came in, which nobody has counted.
   */
  private static Message detached(Message message) {
    return new Message(
        message.id(),
        Bytes.wrap(message.body().unsafeArray()),
        message.key(),
        message.tag(),
        message.headers(),
        message.encoding(),
        message.bornAt(),
        message.deliverAt());
  }
}
