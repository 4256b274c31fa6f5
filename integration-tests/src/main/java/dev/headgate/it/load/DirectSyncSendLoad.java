package dev.headgate.it.load;

import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;

/**
 * Sends with RocketMQ's own producer, each message after the answer to the one before. A program:
 * {@code nameServer topic bytes warmupSeconds seconds watch.NAME=PID}.
 */
public final class DirectSyncSendLoad {
  private DirectSyncSendLoad() {}

  /** Runs it. */
  public static void main(String[] words) throws Exception {
    Arguments arguments = new Arguments(words);
    String topic = arguments.text("topic");
    byte[] body = new byte[arguments.number("bytes")];
    DefaultMQProducer producer = new DefaultMQProducer("direct-sync-send-load");
    producer.setNamesrvAddr(arguments.text("nameServer"));
    producer.start();
    try {
      OneByOne.run(
          arguments,
          () -> {
            SendStatus status = producer.send(new Message(topic, body)).getSendStatus();
            if (status != SendStatus.SEND_OK) {
              throw new IllegalStateException(status.toString());
            }
          });
    } finally {
      producer.shutdown();
    }
  }
}
