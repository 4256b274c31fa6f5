package dev.headgate.server.produce.transaction;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineHealth;
import dev.headgate.engine.EngineReader;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Message;
import dev.headgate.engine.Position;
import dev.headgate.engine.ReaderListener;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.TopicAdmin;
import dev.headgate.engine.TopicName;
import dev.headgate.engine.TransactionFacet;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Keeps half messages in a map, and asks when the test says so. */
final class FakeTransactionalEngine implements Engine, TransactionFacet {
  final Map<String, Message> halves = new HashMap<>();
  final List<String> ended = new ArrayList<>();
  final Map<GroupName, CheckListener> listeners = new HashMap<>();
  final ArrayDeque<EngineException> failures = new ArrayDeque<>();

  /** Asks the group about a message of that body. */
  void ask(String group, TopicName topic, String body, int attempt, boolean last) {
    String name = body.substring(0, Math.min(20, body.length()));
    Message message =
        new Message(
            "id of " + name, Bytes.utf8(body), null, null, List.of(), null, Instant.EPOCH, null);
    halves.put("copy of " + name, message);
    CheckListener listener = listeners.get(new GroupName(group));
    if (listener != null) {
      listener.check("copy of " + name, topic, message, attempt, last);
    }
  }

  @Override
  public CompletionStage<String> prepare(
      TopicName topic, GroupName producerGroup, Message message, AppendOptions options) {
    EngineException failure = failures.poll();
    if (failure != null) {
      return CompletableFuture.failedStage(failure);
    }
    String id = "half " + halves.size();
    halves.put(id, message);
    return CompletableFuture.completedStage(id);
  }

  @Override
  public CompletionStage<Void> end(String transactionId, boolean commit, AppendOptions options) {
    EngineException failure = failures.poll();
    if (failure != null) {
      return CompletableFuture.failedStage(failure);
    }
    if (!halves.containsKey(transactionId)) {
      return CompletableFuture.failedStage(
          new EngineException(EngineException.Kind.INVALID_ARGUMENT, "no such half message"));
    }
    ended.add((commit ? "commit " : "rollback ") + transactionId);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public AutoCloseable onCheck(GroupName producerGroup, CheckListener listener) {
    if (listeners.putIfAbsent(producerGroup, listener) != null) {
      throw new IllegalStateException("two listeners for " + producerGroup);
    }
    return () -> listeners.remove(producerGroup);
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.LOG, Capability.DELAY, Capability.TRANSACTIONS);
  }

  @Override
  public Optional<TransactionFacet> transactions() {
    return Optional.of(this);
  }

  @Override
  public CompletionStage<Position> append(TopicName topic, Message message, AppendOptions options) {
    throw new AssertionError("not used");
  }

  @Override
  public EngineReader openReader(ReaderSpec spec, ReaderListener listener) {
    throw new AssertionError("not used");
  }

  @Override
  public TopicAdmin topics() {
    throw new AssertionError("not used");
  }

  @Override
  public EngineHealth health() {
    return new EngineHealth(true, "");
  }

  @Override
  public void close() {}
}
