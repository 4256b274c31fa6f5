package dev.headgate.engine.rocketmq;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Capability;
import dev.headgate.engine.DelayFacet;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineHealth;
import dev.headgate.engine.EngineReader;
import dev.headgate.engine.Message;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.Position;
import dev.headgate.engine.ReaderListener;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.TopicAdmin;
import dev.headgate.engine.TopicName;
import dev.headgate.engine.TransactionFacet;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Takes the broker's queue locks from a node that believes it has them, holds them until the node
 * has noticed, and gives them back.
 */
final class LockThief {
  private static final String THIEF = "thief";

  private final RocketMqCluster cluster;
  private final List<Owned> owned = new CopyOnWriteArrayList<>();

  private record Owned(
      String node, ReaderSpec spec, OwnedPartition partition, CompletableFuture<Void> ended) {}

  LockThief(RocketMqCluster cluster) {
    this.cluster = cluster;
  }

  /** The same engine; what its readers own is remembered. */
  Engine watch(Engine engine, String node) {
    return new Watched(engine, node);
  }

  boolean stealFrom(String node) {
    Remote remote =
        new Remote(
            RocketMqSettings.of(
                new dev.headgate.engine.EngineSettings(
                    "thief", "", java.util.Map.of("nameServers", cluster.nameServer()))),
            THIEF);
    BrokerCalls calls = new BrokerCalls(remote, Duration.ofSeconds(3), new RecentAppends());
    String broker = cluster.broker().broker();
    for (Owned one : owned) {
      if (one.node().equals(node) && !one.ended().isDone()) {
        TopicName topic = one.spec().topic();
        String group =
            one.spec().ordered()
                ? one.spec().group().value()
                : DerivedNames.members(topic, one.spec().group());
        Set<Queue> queue = Set.of(Queue.of(one.partition().partition()));
        calls.unlock(broker, group, node + "@headgate", topic, queue).join();
        calls.lock(broker, group, THIEF, topic, queue).join();
        one.ended()
            .thenCompose(ended -> calls.unlock(broker, group, THIEF, topic, queue))
            .whenComplete((done, failure) -> remote.execute(remote::close));
      }
    }
    return true;
  }

  private final class Watched implements Engine {
    private final Engine engine;
    private final String node;

    Watched(Engine engine, String node) {
      this.engine = engine;
      this.node = node;
    }

    @Override
    public String name() {
      return engine.name();
    }

    @Override
    public Set<Capability> capabilities() {
      return engine.capabilities();
    }

    @Override
    public CompletionStage<Position> append(
        TopicName topic, Message message, AppendOptions options) {
      return engine.append(topic, message, options);
    }

    @Override
    public EngineReader openReader(ReaderSpec spec, ReaderListener listener) {
      return engine.openReader(spec, new WatchedListener(node, spec, listener));
    }

    @Override
    public TopicAdmin topics() {
      return engine.topics();
    }

    @Override
    public Optional<DelayFacet> delay() {
      return engine.delay();
    }

    @Override
    public Optional<TransactionFacet> transactions() {
      return engine.transactions();
    }

    @Override
    public EngineHealth health() {
      return engine.health();
    }

    @Override
    public void close() {
      engine.close();
    }
  }

  private final class WatchedListener implements ReaderListener {
    private final String node;
    private final ReaderSpec spec;
    private final ReaderListener listener;

    WatchedListener(String node, ReaderSpec spec, ReaderListener listener) {
      this.node = node;
      this.spec = spec;
      this.listener = listener;
    }

    @Override
    public void assigned(OwnedPartition partition) {
      owned.add(new Owned(node, spec, partition, new CompletableFuture<>()));
      listener.assigned(partition);
    }

    @Override
    public CompletionStage<Void> revoked(OwnedPartition partition) {
      end(partition);
      return listener.revoked(partition);
    }

    @Override
    public void lost(OwnedPartition partition) {
      end(partition);
      listener.lost(partition);
    }

    private void end(OwnedPartition partition) {
      for (Owned one : owned) {
        if (one.partition() == partition) {
          one.ended().complete(null);
        }
      }
    }
  }
}
