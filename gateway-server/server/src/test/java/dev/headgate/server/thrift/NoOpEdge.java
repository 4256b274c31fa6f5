package dev.headgate.server.thrift;

import com.codahale.metrics.MetricRegistry;
import dev.headgate.server.auth.Caller;
import dev.headgate.server.metrics.GatewayMetrics;
import dev.headgate.server.produce.ProduceService;
import dev.headgate.server.produce.SendCommand;
import dev.headgate.server.produce.Sent;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An edge in a process of its own, before a core that stores nothing and answers at once. */
public final class NoOpEdge {
  private NoOpEdge() {}

  /** Prints the port, and serves until its input ends. */
  public static void main(String[] args) throws Exception {
    CompletionStage<Sent> done =
        CompletableFuture.completedFuture(
            new Sent("0123456789abcdef0123456789", "broker-a:3@1234567", null));
    ProduceService produce =
        new ProduceService() {
          @Override
          public CompletionStage<Sent> send(
              Caller caller, String topic, SendCommand command, long deadlineNanos) {
            return done;
          }

          @Override
          public List<CompletionStage<Sent>> sendBatch(
              Caller caller, String topic, List<SendCommand> commands, long deadlineNanos) {
            return commands.stream().map(command -> done).toList();
          }

          @Override
          public CompletionStage<Void> cancel(
              Caller caller, String topic, String delayHandle, long deadlineNanos) {
            return CompletableFuture.completedFuture(null);
          }
        };
    try (ThriftEdge edge =
        new ThriftEdge(
            ThriftEdgeConfig.DEFAULT.withAddress("127.0.0.1", 0),
            new ThriftServices(
                produce,
                new FakeTransactions(),
                new FakeConsume(),
                new FakeAdmin(Instant.EPOCH),
                new FakeDeadLetters()),
            new NodeIdentity("no-op", "0"),
            new GatewayMetrics(new MetricRegistry()))) {
      System.out.println(edge.start().getPort());
      while (System.in.read() >= 0) {
        // Until whoever started this has gone.
      }
    }
  }
}
