package dev.headgate.engine.rocketmq;

import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.TopicName;

/**
 * Where a half message lies, as the broker wants to be told when the transaction ends. With each
 * check the broker writes the half message anew, so that it has another one.
 *
 * @param topic that the message is for
 * @param producerGroup whose members can end it
 * @param queueOffset in the broker's queue of half messages
 * @param logOffset in the broker's commit log
 * @param checked whether it is the broker's copy for a check
 * @param messageId its unique key
 * @param broker that holds it
 */
record HalfId(
    TopicName topic,
    GroupName producerGroup,
    long queueOffset,
    long logOffset,
    boolean checked,
    String messageId,
    String broker) {
  private static final String SEPARATOR = "|";
  private static final int PARTS = 7;

  /** What all copies of one half message have in common. */
  record Message(TopicName topic, String messageId) {}

  Message message() {
    return new Message(topic, messageId);
  }

  String text() {
    return String.join(
        SEPARATOR,
        topic.value(),
        producerGroup.value(),
        Long.toString(queueOffset),
        Long.toString(logOffset),
        checked ? "c" : "p",
        messageId,
        broker);
  }

  static HalfId parse(String text) {
    String[] parts = text.split("\\" + SEPARATOR, PARTS);
    try {
      if (parts.length == PARTS) {
        return new HalfId(
            new TopicName(parts[0]),
            new GroupName(parts[1]),
            Long.parseLong(parts[2]),
            Long.parseLong(parts[3]),
            parts[4].equals("c"),
            parts[5],
            parts[6]);
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw new EngineException(Kind.INVALID_ARGUMENT, "no transaction has this id");
  }
}
