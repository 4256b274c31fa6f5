package dev.headgate.engine.memory;

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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** An engine that passes everything on; what extends it breaks one thing. */
class ForwardingEngine implements Engine {
  private final Engine engine;

  ForwardingEngine(Engine engine) {
    this.engine = engine;
  }

  /** What the listener is to get in place of the partition. */
  OwnedPartition seen(OwnedPartition partition) {
    return partition;
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
  public CompletionStage<Position> append(TopicName topic, Message message, AppendOptions options) {
    return engine.append(topic, message, options);
  }

  @Override
  public EngineReader openReader(ReaderSpec spec, ReaderListener listener) {
    return engine.openReader(spec, new ForwardingListener(listener));
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
  public EngineHealth health() {
    return engine.health();
  }

  @Override
  public void close() {
    engine.close();
  }

  private final class ForwardingListener implements ReaderListener {
    private final ReaderListener listener;
    private final Map<OwnedPartition, OwnedPartition> seen = new ConcurrentHashMap<>();

    ForwardingListener(ReaderListener listener) {
      this.listener = listener;
    }

    @Override
    public void assigned(OwnedPartition partition) {
      listener.assigned(seen.computeIfAbsent(partition, ForwardingEngine.this::seen));
    }

    @Override
    public CompletionStage<Void> revoked(OwnedPartition partition) {
      return listener.revoked(seen.getOrDefault(partition, partition));
    }

    @Override
    public void lost(OwnedPartition partition) {
      listener.lost(seen.getOrDefault(partition, partition));
    }
  }
}
