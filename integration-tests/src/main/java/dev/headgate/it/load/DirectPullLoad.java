package dev.headgate.it.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullCallback;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.message.MessageQueue;
import org.jspecify.annotations.Nullable;

/**
 * Pulls a backlog with RocketMQ's own client, by queue and position, one pull under way per queue.
 * A program: {@code nameServer topic group batch warmupMessages messages watch.NAME=PID}.
 */
@SuppressWarnings("deprecation") // The only public client that pulls by queue and position.
public final class DirectPullLoad {
  private final DefaultMQPullConsumer consumer;
  private final int batch;
  private final long warmUp;
  private final long enough;
  private final Arguments arguments;
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> firstError = new AtomicReference<>();
  private final CountDownLatch warm = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);

  private DirectPullLoad(DefaultMQPullConsumer consumer, Arguments arguments) {
    this.consumer = consumer;
    this.arguments = arguments;
    this.batch = arguments.number("batch");
    this.warmUp = arguments.number("warmupMessages");
    this.enough = warmUp + arguments.number("messages");
  }

  /** Runs it. */
  public static void main(String[] words) throws Exception {
    Arguments arguments = new Arguments(words);
    DefaultMQPullConsumer consumer = new DefaultMQPullConsumer(arguments.text("group"));
    consumer.setNamesrvAddr(arguments.text("nameServer"));
    consumer.start();
    try {
      new DirectPullLoad(consumer, arguments).run();
    } finally {
      consumer.shutdown();
    }
  }

  private void run() throws MQClientException, InterruptedException {
    List<MessageQueue> queues =
        new ArrayList<>(consumer.fetchSubscribeMessageQueues(arguments.text("topic")));
    for (MessageQueue queue : queues) {
      pull(queue, 0);
    }
    if (!warm.await(120, TimeUnit.SECONDS)) {
      throw new IllegalStateException("only " + received + " messages in two minutes");
    }
    Measurement.Running measured = new Measurement.Running(arguments.watched(), received.get());
    if (!done.await(300, TimeUnit.SECONDS)) {
      throw new IllegalStateException("only " + received + " messages in five minutes");
    }
    System.out.println(
        measured.end(received.get(), errors.get()).withFirstError(firstError.get()).toLines());
  }

  private void pull(MessageQueue queue, long position) {
    try {
      consumer.pull(
          queue,
          "*",
          position,
          batch,
          new PullCallback() {
            @Override
            public void onSuccess(PullResult result) {
              List<?> found = result.getMsgFoundList();
              count(found == null ? 0 : found.size());
              if (done.getCount() > 0) {
                pull(queue, result.getNextBeginOffset());
              }
            }

            @Override
            public void onException(Throwable e) {
              errors.incrementAndGet();
              firstError.compareAndSet(null, e);
              pull(queue, position);
            }
          });
    } catch (Exception e) {
      throw new IllegalStateException("cannot pull from " + queue, e);
    }
  }

  private void count(int messages) {
    long now = received.addAndGet(messages);
    if (now >= warmUp) {
      warm.countDown();
    }
    if (now >= enough) {
      done.countDown();
    }
  }
}
