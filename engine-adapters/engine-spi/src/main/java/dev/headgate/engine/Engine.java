package dev.headgate.engine;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * A cluster of a broker, or engines made of engines. Thread-safe. No method blocks; the stages
 * complete on the engine's own threads, which must not be blocked by what depends on them, and fail
 * with {@link EngineException} only.
 */
public interface Engine extends AutoCloseable {
  /** The name of the adapter, for errors: {@code rocketmq}. */
  String name();

  /** What it can do. Constant for the life of the engine. */
  Set<Capability> capabilities();

  /**
   * Stores a message. The stage completes when the message is stored at the durability that the
   * topic asks for (D1), and fails with {@link EngineException#mayHaveBeenApplied()} set right
   * (D2). Appends of one key that are made one after another, each after the answer to the one
   * before, are stored in that order (D6). Concurrent appends may be put into one request to the
   * broker; each is answered for itself (D4).
   */
  CompletionStage<Position> append(TopicName topic, Message message, AppendOptions options);

  /**
   * Joins a group on a topic. Returns at once; partitions come through the listener. Exactly one
   * reader for a (topic, group) is open in one engine at a time; opening a second fails with {@link
   * IllegalStateException}.
   *
   * @throws EngineException for what is known at once: {@link EngineException.Kind#UNSUPPORTED},
   *     {@link EngineException.Kind#CLOSED}, {@link EngineException.Kind#INVALID_ARGUMENT} for a
   *     filter expression that cannot be read, and {@link EngineException.Kind#UNKNOWN_TOPIC} where
   *     the engine knows its topics
   */
  EngineReader openReader(ReaderSpec spec, ReaderListener listener);

  /** Topics and groups. */
  TopicAdmin topics();

  /** Delay with cancel; present exactly when {@link Capability#CANCEL_DELAY} is claimed. */
  default Optional<DelayFacet> delay() {
    return Optional.empty();
  }

  /** Half messages; present exactly when {@link Capability#TRANSACTIONS} is claimed. */
  default Optional<TransactionFacet> transactions() {
    return Optional.empty();
  }

  /** How the engine sees its cluster now; never blocks. */
  EngineHealth health();

  /**
   * Closes readers and connections. Pending stages fail with {@link EngineException.Kind#CLOSED},
   * or complete. May block.
   */
  @Override
  void close();
}
