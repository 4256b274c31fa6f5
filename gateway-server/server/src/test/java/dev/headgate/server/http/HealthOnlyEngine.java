package dev.headgate.server.http;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineHealth;
import dev.headgate.engine.EngineReader;
import dev.headgate.engine.Message;
import dev.headgate.engine.Position;
import dev.headgate.engine.ReaderListener;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.TopicAdmin;
import dev.headgate.engine.TopicName;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** An engine that has nothing but a health, which the test sets. */
final class HealthOnlyEngine implements Engine {
  volatile EngineHealth health = new EngineHealth(true, "broker a");

  @Override
  public String name() {
    return "health-only";
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of();
  }

  @Override
  public CompletionStage<Position> append(TopicName topic, Message message, AppendOptions options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public EngineReader openReader(ReaderSpec spec, ReaderListener listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public TopicAdmin topics() {
    throw new UnsupportedOperationException();
  }

  @Override
  public EngineHealth health() {
    return health;
  }

  @Override
  public void close() {}
}
