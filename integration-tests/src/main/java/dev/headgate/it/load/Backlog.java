package dev.headgate.it.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;

/**
 * Writes a backlog to consume, quickly: native batches, spread evenly. A program: {@code nameServer
 * topic messages bytes}.
 */
public final class Backlog {
  private static final int BATCH = 200;
  private static final int BATCHES_IN_FLIGHT = 8;

  private Backlog() {}

  /** Runs it; ends when all of it is stored. */
  public static void main(String[] words) throws Exception {
    Arguments arguments = new Arguments(words);
    String topic = arguments.text("topic");
    DefaultMQProducer producer = new DefaultMQProducer("backlog");
    producer.setNamesrvAddr(arguments.text("nameServer"));
    producer.setSendMsgTimeout(30_000);
    producer.start();
    try {
      long stored = store(producer, topic, arguments.number("messages"), arguments.number("bytes"));
      System.out.println("stored " + stored + " messages");
    } finally {
      producer.shutdown();
    }
  }

  private static long store(DefaultMQProducer producer, String topic, int messages, int bytes)
      throws Exception {
    List<Message> batch = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      batch.add(new Message(topic, new byte[bytes]));
    }
    // Makes the topic, where the broker creates topics at their first use.
    producer.send(batch.get(0));
    List<MessageQueue> queues = producer.fetchPublishMessageQueues(topic);
    Semaphore inFlight = new Semaphore(BATCHES_IN_FLIGHT);
    AtomicLong failed = new AtomicLong();
    int batches = (messages + BATCH - 1) / BATCH;
    for (int i = 0; i < batches; i++) {
      inFlight.acquire();
      producer.send(
          batch,
          queues.get(i % queues.size()),
          new SendCallback() {
            @Override
            public void onSuccess(SendResult result) {
              if (result.getSendStatus() != SendStatus.SEND_OK) {
                failed.incrementAndGet();
              }
              inFlight.release();
            }

            @Override
            public void onException(Throwable e) {
              failed.incrementAndGet();
              inFlight.release();
            }
          });
    }
    inFlight.acquire(BATCHES_IN_FLIGHT);
    if (failed.get() > 0) {
      throw new IllegalStateException(failed + " of " + batches + " batches were not stored");
    }
    return (long) batches * BATCH;
  }
}
