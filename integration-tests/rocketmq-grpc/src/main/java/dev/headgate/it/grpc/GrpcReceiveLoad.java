package dev.headgate.it.grpc;

import dev.headgate.it.load.Arguments;
import dev.headgate.it.load.Measurement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.jspecify.annotations.Nullable;

/**
 * Receives a backlog through RocketMQ's gRPC proxy with the simple consumer and acknowledges every
 * message; each thread has one receive under way and waits for the acks of what it brought. A
 * program: {@code port topic group threads batch warmupSeconds seconds watch.NAME=PID}.
 */
public final class GrpcReceiveLoad {
  private static final Duration INVISIBLE = Duration.ofSeconds(60);

  private final SimpleConsumer consumer;
  private final int batch;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> firstError = new AtomicReference<>();
  private volatile boolean done;

  private GrpcReceiveLoad(SimpleConsumer consumer, int batch) {
    this.consumer = consumer;
    this.batch = batch;
  }

  /** Runs it. */
  public static void main(String[] words) throws Exception {
    Arguments arguments = new Arguments(words);
    SimpleConsumer consumer =
        new GrpcClients(arguments).consumer(arguments.text("group"), Duration.ofSeconds(2));
    new GrpcReceiveLoad(consumer, arguments.number("batch")).run(arguments);
    System.exit(0);
  }

  private void run(Arguments arguments) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < arguments.number("threads"); i++) {
      Thread thread = new Thread(this::receive, "receive-" + i);
      threads.add(thread);
      thread.start();
    }
    TimeUnit.SECONDS.sleep(arguments.number("warmupSeconds"));
    Measurement.Running measured = new Measurement.Running(arguments.watched(), acknowledged.get());
    TimeUnit.SECONDS.sleep(arguments.number("seconds"));
    System.out.println(
        measured.end(acknowledged.get(), errors.get()).withFirstError(firstError.get()).toLines());
    done = true;
    for (Thread thread : threads) {
      thread.join(5_000);
    }
  }

  private void receive() {
    while (!done) {
      try {
        List<CompletableFuture<Void>> acks = new ArrayList<>();
        for (MessageView message : consumer.receive(batch, INVISIBLE)) {
          acks.add(consumer.ackAsync(message).thenRun(acknowledged::incrementAndGet));
        }
        CompletableFuture.allOf(acks.toArray(CompletableFuture[]::new)).join();
      } catch (Exception e) {
        if (!done) {
          errors.incrementAndGet();
          firstError.compareAndSet(null, e);
        }
      }
    }
  }
}
