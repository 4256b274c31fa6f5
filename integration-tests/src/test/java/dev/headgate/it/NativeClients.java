package dev.headgate.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/** RocketMQ's own clients, as services use them that do not know the gateway. */
final class NativeClients {
  private NativeClients() {}

  static DefaultMQProducer producer(String nameServer, String group) throws MQClientException {
    DefaultMQProducer producer = new DefaultMQProducer(group);
    producer.setNamesrvAddr(nameServer);
    producer.setInstanceName(group);
    producer.start();
    return producer;
  }

  /** Receives as a member of a group that begins at the start; gives up at the limit. */
  static List<MessageExt> receive(
      String nameServer, String group, String topic, int count, Duration limit)
      throws MQClientException {
    DefaultLitePullConsumer consumer = consumer(nameServer, group);
    consumer.subscribe(topic, "*");
    consumer.start();
    return poll(consumer, count, limit);
  }

  /** Reads all queues of a topic from the start, in no group. */
  static List<MessageExt> read(String nameServer, String topic, int count, Duration limit)
      throws MQClientException {
    DefaultLitePullConsumer consumer = consumer(nameServer, "reader-" + System.nanoTime());
    consumer.setAutoCommit(false);
    consumer.start();
    List<MessageQueue> queues = new ArrayList<>(consumer.fetchMessageQueues(topic));
    consumer.assign(queues);
    for (MessageQueue queue : queues) {
      consumer.seekToBegin(queue);
    }
    return poll(consumer, count, limit);
  }

  private static DefaultLitePullConsumer consumer(String nameServer, String group) {
    DefaultLitePullConsumer consumer = new DefaultLitePullConsumer(group);
    consumer.setNamesrvAddr(nameServer);
    consumer.setInstanceName(group);
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    return consumer;
  }

  private static List<MessageExt> poll(
      DefaultLitePullConsumer consumer, int count, Duration limit) {
    try {
      List<MessageExt> messages = new ArrayList<>();
      long deadline = System.nanoTime() + limit.toNanos();
      while (messages.size() < count && System.nanoTime() - deadline < 0) {
        messages.addAll(consumer.poll(500));
      }
      return messages;
    } finally {
      consumer.shutdown();
    }
  }
}
