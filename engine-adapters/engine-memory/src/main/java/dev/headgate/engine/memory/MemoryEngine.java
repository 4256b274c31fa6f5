package dev.headgate.engine.memory;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Capability;
import dev.headgate.engine.DelayFacet;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.EngineHealth;
import dev.headgate.engine.EngineReader;
import dev.headgate.engine.Filter;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Message;
import dev.headgate.engine.Position;
import dev.headgate.engine.ReaderListener;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.TopicAdmin;
import dev.headgate.engine.TopicName;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * One node's access to a {@link MemoryCluster}. The way of a message through it: {@link #append} →
 * {@link PartitionLog} → {@link ParkedFetch} → the reader; who reads what is decided in {@link
 * Membership}. Appends, commits and administration are answered before the call returns; fetches
 * and listeners are answered on the {@link EventLoop}.
 */
public final class MemoryEngine implements Engine {
  static final String NAME = "memory";

  static final Set<Capability> CAPABILITIES =
      Set.of(
          Capability.LOG,
          Capability.ORDERED,
          Capability.SEEK,
          Capability.DELAY,
          Capability.CANCEL_DELAY,
          Capability.FILTER_TAG,
          Capability.TOPIC_ADMIN);

  private record Subscription(TopicName topic, GroupName group) {}

  private final MemoryCluster cluster;
  private final String node;
  private final EventLoop loop;
  private final TopicAdmin topics;
  private final DelayFacet delay;
  private final Map<Subscription, MemoryReader> readers = new ConcurrentHashMap<>();
  private volatile boolean closed;

  MemoryEngine(MemoryCluster cluster, EngineContext context) {
    this.cluster = cluster;
    this.node = context.node();
    this.loop = new EventLoop(node, context.scheduler());
    this.topics = new MemoryTopicAdmin(this, cluster);
    this.delay = new MemoryDelay(this, cluster);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<Capability> capabilities() {
    return CAPABILITIES;
  }

  @Override
  public CompletionStage<Position> append(TopicName topic, Message message, AppendOptions options) {
    return answer(() -> cluster.append(topic, message, options).position());
  }

  @Override
  public EngineReader openReader(ReaderSpec spec, ReaderListener listener) {
    if (closed) {
      throw closedException();
    }
    if (spec.filter() instanceof Filter.Expression) {
      throw EngineException.unsupported(NAME, Capability.FILTER_EXPRESSION);
    }
    MemoryGroup group = cluster.topic(spec.topic()).group(spec.group());
    Subscription subscription = new Subscription(spec.topic(), spec.group());
    MemoryReader reader =
        new MemoryReader(
            spec,
            listener,
            group.membership(spec),
            loop,
            left -> readers.remove(subscription, left));
    if (readers.putIfAbsent(subscription, reader) != null) {
      throw new IllegalStateException(
          "a reader of %s for %s is open already".formatted(spec.topic(), spec.group()));
    }
    reader.join();
    if (closed) {
      // The engine was closed meanwhile, and has not seen this reader.
      reader.close();
    }
    return reader;
  }

  @Override
  public TopicAdmin topics() {
    return topics;
  }

  @Override
  public Optional<DelayFacet> delay() {
    return Optional.of(delay);
  }

  @Override
  public EngineHealth health() {
    return new EngineHealth(!closed, closed ? "closed" : "in memory");
  }

  @Override
  public void close() {
    closed = true;
    readers.values().forEach(MemoryReader::close);
    cluster.forget(this);
    loop.close();
  }

  String node() {
    return node;
  }

  void expire() {
    readers.values().forEach(MemoryReader::expire);
  }

  /** Answers a call at once, unless the engine is closed. */
  <T> CompletionStage<T> answer(Supplier<T> call) {
    try {
      if (closed) {
        throw closedException();
      }
      return CompletableFuture.completedStage(call.get());
    } catch (EngineException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private static EngineException closedException() {
    return new EngineException(Kind.CLOSED, "the engine is closed");
  }
}
