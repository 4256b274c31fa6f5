package dev.headgate.engine.rocketmq;

import dev.headgate.engine.Bytes;

/**
 * Which queue the messages of a key go to. For a key that is text it is the one that native
 * producers choose with {@code SelectMessageQueueByHash}, so that both may write to one topic.
 */
final class OrderedQueues {
  private OrderedQueues() {}

  static int indexOf(Bytes key, int queues) {
    int index = key.toUtf8().hashCode() % queues;
    return Math.abs(index);
  }
}
