package dev.headgate.engine.memory;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import dev.headgate.engine.TransactionFacet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The memory engine with half messages in front: as much as the kit's tests of them need. */
final class TransactionalEngine extends ForwardingEngine implements TransactionFacet {
  private static final long CHECK_AFTER_MILLIS = 100;

  /** What is wrong with it. */
  enum Flaw {
    NOTHING,
    SHOWS_HALF_MESSAGES,
    COMMITS_WHAT_IS_ROLLED_BACK,
    NEVER_ASKS
  }

  private record Half(TopicName topic, Message message) {}

  private final Engine engine;
  private final Flaw flaw;
  private final Map<String, Half> halves = new ConcurrentHashMap<>();
  private final Map<GroupName, CheckListener> listeners = new ConcurrentHashMap<>();

  TransactionalEngine(Engine engine, Flaw flaw) {
    super(engine);
    this.engine = engine;
    this.flaw = flaw;
  }

  @Override
  public Set<Capability> capabilities() {
    Set<Capability> claimed = new HashSet<>(super.capabilities());
    claimed.add(Capability.TRANSACTIONS);
    return claimed;
  }

  @Override
  public Optional<TransactionFacet> transactions() {
    return Optional.of(this);
  }

  @Override
  public CompletionStage<String> prepare(
      TopicName topic, GroupName producerGroup, Message message, AppendOptions options) {
    String id = UUID.randomUUID().toString();
    if (flaw == Flaw.SHOWS_HALF_MESSAGES) {
      return engine.append(topic, message, options).thenApply(position -> id);
    }
    halves.put(id, new Half(topic, message));
    CompletableFuture.delayedExecutor(CHECK_AFTER_MILLIS, TimeUnit.MILLISECONDS)
        .execute(() -> check(id, producerGroup));
    return CompletableFuture.completedStage(id);
  }

  @Override
  public CompletionStage<Void> end(String transactionId, boolean commit, AppendOptions options) {
    if (!transactionId.matches("[0-9a-f-]{36}")) {
      return CompletableFuture.failedStage(
          new EngineException(EngineException.Kind.INVALID_ARGUMENT, "no transaction has this id"));
    }
    Half half = halves.remove(transactionId);
    if (half == null || !(commit || flaw == Flaw.COMMITS_WHAT_IS_ROLLED_BACK)) {
      return CompletableFuture.completedStage(null);
    }
    return engine.append(half.topic(), half.message(), options).thenAccept(position -> {});
  }

  @Override
  public AutoCloseable onCheck(GroupName producerGroup, CheckListener listener) {
    listeners.put(producerGroup, listener);
    return () -> listeners.remove(producerGroup);
  }

  private void check(String id, GroupName producerGroup) {
    Half half = halves.get(id);
    CheckListener listener = listeners.get(producerGroup);
    if (half != null && listener != null && flaw != Flaw.NEVER_ASKS) {
      listener.check(id, half.topic(), half.message(), 1, false);
    }
  }
}
