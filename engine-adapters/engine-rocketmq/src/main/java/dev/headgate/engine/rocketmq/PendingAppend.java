package dev.headgate.engine.rocketmq;

import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.Position;
import dev.headgate.engine.TopicName;
import java.util.concurrent.CompletableFuture;

/**
 * An append that has not been answered.
 *
 * @param topic where to store it
 * @param message what to store
 * @param deadlineNanos of the caller
 * @param attempt from 1
 * @param answer completed once
 */
record PendingAppend(
    TopicName topic,
    EncodedMessage message,
    long deadlineNanos,
    int attempt,
    CompletableFuture<Position> answer) {

  boolean isOverdue(long nowNanos) {
    return nowNanos - deadlineNanos >= 0;
  }

  void fail(EngineException failure) {
    answer.completeExceptionally(failure);
  }

  /** The deadline passed while it waited: nothing was sent (D3). */
  void failUnsent() {
    fail(
        new EngineException(
            Kind.DEADLINE_EXCEEDED,
            "topic '%s': the deadline passed before the message was sent".formatted(topic)));
  }

  /** The deadline passed after it was sent (D2). */
  void failUnanswered() {
    fail(
        new EngineException(
            Kind.UNCERTAIN,
            "topic '%s': the broker did not answer before the deadline".formatted(topic)));
  }

  /** The same, tried once more. */
  PendingAppend again() {
    return new PendingAppend(topic, message, deadlineNanos, attempt + 1, answer);
  }

  /** The same, to be sent in a request of its own. */
  PendingAppend alone() {
    return new PendingAppend(topic, message.alone(), deadlineNanos, attempt, answer);
  }
}
