package dev.headgate.it.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * Sends batches with RocketMQ's own producer, asynchronously, so many batches in flight. A program:
 * {@code nameServer topic depth batch bytes warmupSeconds seconds watch.NAME=PID}.
 */
public final class DirectBatchLoad {
  private final DefaultMQProducer producer;
  private final Semaphore inFlight;
  private final int batch;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private final AtomicReference<@Nullable Object> firstError = new AtomicReference<>();

  private DirectBatchLoad(DefaultMQProducer producer, int depth, int batch) {
    this.producer = producer;
    this.inFlight = new Semaphore(depth);
    this.batch = batch;
  }

  /** Runs it. */
  public static void main(String[] words) throws Exception {
    Arguments arguments = new Arguments(words);
    DefaultMQProducer producer = new DefaultMQProducer("direct-batch-load");
    producer.setNamesrvAddr(arguments.text("nameServer"));
    producer.setSendMsgTimeout(30_000);
    producer.start();
    try {
      new DirectBatchLoad(producer, arguments.number("depth"), arguments.number("batch"))
          .run(arguments);
    } finally {
      producer.shutdown();
    }
  }

  private void run(Arguments arguments) throws Exception {
    String topic = arguments.text("topic");
    byte[] body = new byte[arguments.number("bytes")];
    Measurement.Running warmUp = new Measurement.Running(Map.of(), 0);
    while (warmUp.seconds() < arguments.number("warmupSeconds")) {
      send(topic, body);
    }
    Measurement.Running measured = new Measurement.Running(arguments.watched(), acknowledged.get());
    while (measured.seconds() < arguments.number("seconds")) {
      send(topic, body);
    }
    System.out.println(
        measured.end(acknowledged.get(), errors.get()).withFirstError(firstError.get()).toLines());
  }

  private void send(String topic, byte[] body) throws Exception {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      messages.add(new Message(topic, body));
    }
    inFlight.acquire();
    producer.send(
        messages,
        new SendCallback() {
          @Override
          public void onSuccess(SendResult result) {
            inFlight.release();
            if (result.getSendStatus() == SendStatus.SEND_OK) {
              acknowledged.addAndGet(batch);
            } else {
              fail(result.getSendStatus());
            }
          }

          @Override
          public void onException(Throwable e) {
            inFlight.release();
            fail(e);
          }
        });
  }

  private void fail(Object why) {
    errors.incrementAndGet();
    firstError.compareAndSet(null, why);
  }
}
