package dev.headgate.it.grpc;

import dev.headgate.it.load.Arguments;
import dev.headgate.it.load.OneByOne;
import org.apache.rocketmq.client.apis.producer.Producer;

/**
 * Sends through RocketMQ's gRPC proxy, each message after the answer to the one before. A program:
 * {@code port topic bytes warmupSeconds seconds watch.NAME=PID}.
 */
public final class GrpcSyncSendLoad {
  private GrpcSyncSendLoad() {}

  /** Runs it. */
  public static void main(String[] words) throws Exception {
    Arguments arguments = new Arguments(words);
    GrpcClients clients = new GrpcClients(arguments);
    byte[] body = new byte[arguments.number("bytes")];
    try (Producer producer = clients.producer()) {
      OneByOne.run(arguments, () -> producer.send(clients.message(body)));
    }
    System.exit(0);
  }
}
