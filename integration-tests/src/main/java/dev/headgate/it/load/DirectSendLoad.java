package dev.headgate.it.load;

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
 * Sends with RocketMQ's own producer, asynchronously, so many in flight. A program: {@code
 * nameServer topic depth bytes warmupSeconds seconds watch.NAME=PID}.
 */
public final class DirectSendLoad {
  private final DefaultMQProducer producer;
  private final Semaphore inFlight;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> firstError = new AtomicReference<>();

  private DirectSendLoad(DefaultMQProducer producer, int depth) {
    this.producer = producer;
    this.inFlight = new Semaphore(depth);
  }

  /** Runs it. */
  public static void main(String[] words) throws Exception {
    Arguments arguments = new Arguments(words);
    DefaultMQProducer producer = new DefaultMQProducer("direct-send-load");
    producer.setNamesrvAddr(arguments.text("nameServer"));
    producer.setSendMsgTimeout(30_000);
    producer.start();
    try {
      new DirectSendLoad(producer, arguments.number("depth")).run(arguments);
    } finally {
      producer.shutdown();
    }
  }

  private void run(Arguments arguments) throws Exception {
    String topic = arguments.text("topic");
    byte[] body = new byte[arguments.number("bytes")];
    Measurement.Running warmUp = new Measurement.Running(Map.of(), 0);
    while (warmUp.seconds() < arguments.number("warmupSeconds")) {
      sendSome(topic, body);
    }
    Measurement.Running measured = new Measurement.Running(arguments.watched(), acknowledged.get());
    while (measured.seconds() < arguments.number("seconds")) {
      sendSome(topic, body);
    }
    System.out.println(
        measured.end(acknowledged.get(), errors.get()).withFirstError(firstError.get()).toLines());
  }

  private void sendSome(String topic, byte[] body) throws Exception {
    for (int i = 0; i < 200; i++) {
      inFlight.acquire();
      producer.send(
          new Message(topic, body),
          new SendCallback() {
            @Override
            public void onSuccess(SendResult result) {
              inFlight.release();
              if (result.getSendStatus() == SendStatus.SEND_OK) {
                acknowledged.incrementAndGet();
              } else {
                errors.incrementAndGet();
              }
            }

            @Override
            public void onException(Throwable e) {
              inFlight.release();
              errors.incrementAndGet();
              firstError.compareAndSet(null, e);
            }
          });
    }
  }
}
