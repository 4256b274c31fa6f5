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

  /**
   * Commits or rolls back. Repeating it is harmless. Fails with {@link
   * EngineException.Kind#INVALID_ARGUMENT} when the broker has no such half message, or it is known
   * to have been ended the other way.
   */
  CompletionStage<Void> end(String transactionId, boolean commit, AppendOptions options);

  /**
   * Asks to be told of half messages of a producer group whose outcome the broker wants to know,
   * until it is closed. One listener for a group at a time. Only for groups whose members can be
   * asked now: what the listener is told the broker asks nobody else before its next round.
   */
  AutoCloseable onCheck(GroupName producerGroup, CheckListener listener);

  /** Told by the engine, on its own thread, which must not be blocked. */
  interface CheckListener {
    /**
     * The broker asks what became of the transaction. The id may be another one than {@link
     * #prepare} gave; either can be used to end the transaction.
     *
     * @param attempt how often it has asked, from 1
     * @param last whether this is the last time, after which it rolls back
     */
    void check(String transactionId, TopicName topic, Message message, int attempt, boolean last);
  }
}
