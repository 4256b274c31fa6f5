package dev.headgate.it.noop;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineHealth;
import dev.headgate.engine.EngineReader;
import dev.headgate.engine.Message;
import dev.headgate.engine.Partition;
import dev.headgate.engine.Position;
import dev.headgate.engine.ReaderListener;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.TopicAdmin;
import dev.headgate.engine.TopicName;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** Answers every append with the next position, and forgets the message. Cannot be read. */
final class NoOpEngine implements Engine {
  static final String NAME = "noop";
  static final Set<Capability> CAPABILITIES = Set.of(Capability.TOPIC_ADMIN);

  private final NoOpTopics topics = new NoOpTopics();
  private final AtomicLong next = new AtomicLong();

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
    return CompletableFuture.completedStage(
        new Position(new Partition(topic, NAME), next.getAndIncrement()));
  }

  @Override
  public EngineReader openReader(ReaderSpec spec, ReaderListener listener) {
    throw EngineException.unsupported(NAME, Capability.LOG);
  }

  @Override
  public TopicAdmin topics() {
    return topics;
  }

  @Override
  public EngineHealth health() {
    return new EngineHealth(true, "stores nothing");
  }

  @Override
  public void close() {}
}
