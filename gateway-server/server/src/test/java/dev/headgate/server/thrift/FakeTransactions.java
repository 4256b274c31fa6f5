package dev.headgate.server.thrift;

import dev.headgate.engine.Bytes;
import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import dev.headgate.server.auth.Caller;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.produce.SendCommand;
import dev.headgate.server.produce.transaction.PendingCheck;
import dev.headgate.server.produce.transaction.PendingChecks;
import dev.headgate.server.produce.transaction.Prepared;
import dev.headgate.server.produce.transaction.TransactionService;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/** Records what it is asked, and knows the one transaction {@code tx}. */
final class FakeTransactions implements TransactionService {
  final LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
  final CompletableFuture<List<PendingCheck>> checks = new CompletableFuture<>();
  final CompletableFuture<Boolean> abandoned = new CompletableFuture<>();

  @Override
  public CompletionStage<Prepared> prepare(
      Caller caller, String topic, String producerGroup, SendCommand command, long deadlineNanos) {
    asked.add("prepare " + topic + " " + producerGroup + " " + command.body().toUtf8());
    return CompletableFuture.completedFuture(new Prepared("m-1", "tx"));
  }

  @Override
  public CompletionStage<Void> end(
      Caller caller, String transactionId, boolean commit, long deadlineNanos) {
    asked.add((commit ? "commit " : "rollback ") + transactionId);
    return transactionId.equals("tx")
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.failedFuture(
            new GatewayException(ErrorCode.NOT_FOUND, "no transaction has this id"));
  }

  static PendingCheck aCheck() {
    return new PendingCheck(
        "tx",
        new TopicName("t"),
        new Message("m-1", Bytes.utf8("half"), null, null, List.of(), null, Instant.EPOCH, null),
        3);
  }

  /** Answered when the test completes {@link #checks}. */
  @Override
  public PendingChecks pendingChecks(
      Caller caller, String producerGroup, int maxChecks, int maxBytes, Duration wait) {
    asked.add("checks " + producerGroup + " " + maxChecks + " " + wait.toMillis());
    return new PendingChecks() {
      @Override
      public CompletionStage<List<PendingCheck>> result() {
        return checks;
      }

      @Override
      public void abandon() {
        abandoned.complete(true);
      }
    };
  }
}
