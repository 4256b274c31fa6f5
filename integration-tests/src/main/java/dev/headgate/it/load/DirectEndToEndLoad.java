package dev.headgate.it.load;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullCallback;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/**
 * End to end with RocketMQ's own clients: a producer that waits for each answer, and a long pull
 * under way per queue. A program: {@code nameServer topic group rate bytes warmupSeconds seconds
 * watch.NAME=PID}.
 */
@SuppressWarnings("deprecation") // The only public client that pulls by queue and position.
public final class DirectEndToEndLoad {
  private final EndToEnd load;
  private final DefaultMQPullConsumer consumer;

  private DirectEndToEndLoad(EndToEnd load, DefaultMQPullConsumer consumer) {
    this.load = load;
    this.consumer = consumer;
  }

  /** Runs it. */
  public static void main(String[] words) throws Exception {
    Arguments arguments = new Arguments(words);
    String topic = arguments.text("topic");
    DefaultMQProducer producer = new DefaultMQProducer("direct-end-to-end");
    producer.setNamesrvAddr(arguments.text("nameServer"));
    producer.start();
    DefaultMQPullConsumer consumer = new DefaultMQPullConsumer(arguments.text("group"));
    consumer.setNamesrvAddr(arguments.text("nameServer"));
    consumer.start();
    EndToEnd load = new EndToEnd(arguments);
    DirectEndToEndLoad pulls = new DirectEndToEndLoad(load, consumer);
    for (MessageQueue queue : consumer.fetchSubscribeMessageQueues(topic)) {
      pulls.pull(queue, consumer.maxOffset(queue));
    }
    load.run(body -> producer.send(new Message(topic, body)));
    System.exit(0);
  }

  private void pull(MessageQueue queue, long position) {
    try {
      consumer.pullBlockIfNotFound(
          queue,
          "*",
          position,
          32,
          new PullCallback() {
            @Override
            public void onSuccess(PullResult result) {
              List<MessageExt> found = result.getMsgFoundList();
              if (found != null) {
                found.forEach(message -> load.received(ByteBuffer.wrap(message.getBody())));
              }
              pull(queue, result.getNextBeginOffset());
            }

            @Override
            public void onException(Throwable e) {
              if (!load.isDone()) {
                load.failed(e);
                pull(queue, position);
              }
            }
          });
    } catch (Exception e) {
      load.failed(e);
    }
  }
}
