package dev.headgate.server.produce.transaction;

import dev.headgate.server.auth.Caller;
import dev.headgate.server.produce.SendCommand;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Transactions, as the edge sees them. Never blocks, never throws: every stage fails with {@link
 * dev.headgate.server.error.GatewayException} only. Stages complete on an engine's thread, a
 * timer's, or the caller's.
 */
public interface TransactionService {
  /**
   * Stores a message invisibly.
   *
   * @param producerGroup any member of it may answer checks
   * @param deadlineNanos past this {@link System#nanoTime()} the answer is DEADLINE_EXCEEDED (D3)
   */
  CompletionStage<Prepared> prepare(
      Caller caller, String topic, String producerGroup, SendCommand command, long deadlineNanos);

  /**
   * Makes a prepared message visible, or discards it. Repeating it is harmless; NOT_FOUND when it
   * is unknown or has ended the other way.
   */
  CompletionStage<Void> end(
      Caller caller, String transactionId, boolean commit, long deadlineNanos);

  /**
   * Asks for prepared messages of the group that wait for an answer. A group is asked through this
   * node while its members poll here, and for a while after.
   *
   * @param maxBytes of all messages together; a first one that is larger comes alone
   * @param wait how long to park when nothing waits
   */
  PendingChecks pendingChecks(
      Caller caller, String producerGroup, int maxChecks, int maxBytes, Duration wait);
}
