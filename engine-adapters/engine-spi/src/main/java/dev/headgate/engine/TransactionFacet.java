package dev.headgate.engine;

import java.util.concurrent.CompletionStage;

/** Half messages: invisible until committed (D31). */
public interface TransactionFacet {
  /**
   * Stores a half message; completes with an id that survives restarts: at most 4 KiB of printable
   * ASCII.
   */
  CompletionStage<String> prepare(
      TopicName topic, GroupName producerGroup, Message message, AppendOptions options);

  /** Commits or rolls back. Repeating it is harmless. */
  CompletionStage<Void> end(String transactionId, boolean commit, AppendOptions options);

  /**
   * Asks to be told of half messages of a producer group whose outcome the broker wants to know.
   */
  AutoCloseable onCheck(GroupName producerGroup, CheckListener listener);

  /** Told by the engine, on its own thread. */
  interface CheckListener {
    /** The broker asks, for the {@code attempt}th time, what became of the transaction. */
    void check(String transactionId, TopicName topic, Message message, int attempt);
  }
}
