package dev.headgate.it.grpc;

import dev.headgate.it.load.Arguments;
import dev.headgate.it.load.EndToEnd;
import java.time.Duration;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;

/**
 * End to end through RocketMQ's gRPC proxy: a producer that waits for each answer, and two threads
 * of a simple consumer. A program: {@code port topic group rate bytes warmupSeconds seconds
 * watch.NAME=PID}.
 */
public final class GrpcEndToEndLoad {
  private static final int RECEIVERS = 2;
  private static final Duration INVISIBLE = Duration.ofSeconds(60);

  private GrpcEndToEndLoad() {}

  /** Runs it. */
  public static void main(String[] words) throws Exception {
    Arguments arguments = new Arguments(words);
    GrpcClients clients = new GrpcClients(arguments);
    EndToEnd load = new EndToEnd(arguments);
    SimpleConsumer consumer = clients.consumer(arguments.text("group"), Duration.ofSeconds(5));
    for (int i = 0; i < RECEIVERS; i++) {
      load.receiveWith("receive-" + i, () -> receive(load, consumer));
    }
    try (Producer producer = clients.producer()) {
      load.run(body -> producer.send(clients.message(body)));
    }
    System.exit(0);
  }

  private static void receive(EndToEnd load, SimpleConsumer consumer) throws Exception {
    for (MessageView message : consumer.receive(32, INVISIBLE)) {
      load.received(message.getBody());
      consumer
          .ackAsync(message)
          .whenComplete(
              (nothing, failure) -> {
                if (failure != null) {
                  load.failed(failure);
                }
              });
    }
  }
}
