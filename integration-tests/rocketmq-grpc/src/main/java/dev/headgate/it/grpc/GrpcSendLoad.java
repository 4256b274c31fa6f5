package dev.headgate.it.grpc;

import dev.headgate.it.load.Arguments;
import dev.headgate.it.load.Measurement;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Sends through RocketMQ's gRPC proxy, asynchronously, so many in flight. A program: {@code port
 * topic depth bytes warmupSeconds seconds watch.NAME=PID}.
 */
public final class GrpcSendLoad {
  private final GrpcClients clients;
  private final Producer producer;
  private final Semaphore inFlight;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> firstError = new AtomicReference<>();

  private GrpcSendLoad(GrpcClients clients, Producer producer, int depth) {
    this.clients = clients;
    this.producer = producer;
    this.inFlight = new Semaphore(depth);
  }

  /** Runs it. */
  public static void main(String[] words) throws Exception {
    Arguments arguments = new Arguments(words);
    GrpcClients clients = new GrpcClients(arguments);
    try (Producer producer = clients.producer()) {
      new GrpcSendLoad(clients, producer, arguments.number("depth")).run(arguments);
    }
    // Threads of the client's own may linger.
    System.exit(0);
  }

  private void run(Arguments arguments) throws InterruptedException {
    byte[] body = new byte[arguments.number("bytes")];
    Measurement.Running warmUp = new Measurement.Running(Map.of(), 0);
    while (warmUp.seconds() < arguments.number("warmupSeconds")) {
      send(body);
    }
    Measurement.Running measured = new Measurement.Running(arguments.watched(), acknowledged.get());
    while (measured.seconds() < arguments.number("seconds")) {
      send(body);
    }
    System.out.println(
        measured.end(acknowledged.get(), errors.get()).withFirstError(firstError.get()).toLines());
  }

  private void send(byte[] body) throws InterruptedException {
    inFlight.acquire();
    producer
        .sendAsync(clients.message(body))
        .whenComplete(
            (receipt, failure) -> {
              inFlight.release();
              if (failure == null) {
                acknowledged.incrementAndGet();
              } else {
                errors.incrementAndGet();
                firstError.compareAndSet(null, failure);
              }
            });
  }
}
