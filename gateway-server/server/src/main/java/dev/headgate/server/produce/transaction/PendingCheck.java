package dev.headgate.server.produce.transaction;

import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;

/**
 * A prepared message whose producer has been silent.
 *
 * @param transactionId answers the check: commit or rollback
 * @param topic of the message
 * @param message as it was prepared
 * @param attempt how often the engine has asked, from 1
 */
public record PendingCheck(String transactionId, TopicName topic, Message message, int attempt) {
  /** What all checks of one prepared message have in common. */
  HalfKey key() {
    return new HalfKey(topic, message.id());
  }
}
