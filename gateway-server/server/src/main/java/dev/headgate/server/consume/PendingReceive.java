package dev.headgate.server.consume;

import dev.headgate.server.error.GatewayException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A receive under way, perhaps parked. It holds no thread. */
public interface PendingReceive {
  /**
   * Completes exactly once, at the latest when its wait has passed; fails with GatewayException
   * only.
   */
  CompletionStage<Received> result();

  /**
   * The client has gone: if still parked the receive ends with no deliveries; if it has deliveries
   * that the client has not seen, they are given back at once, without raising their attempt.
   * Harmless when repeated or late.
   */
  void abandon();

  /** One that is answered already. */
  static PendingReceive done(Received received) {
    return new Answered(CompletableFuture.completedStage(received));
  }

  /** One that is refused. */
  static PendingReceive failed(GatewayException failure) {
    return new Answered(CompletableFuture.failedStage(failure));
  }

  /** A receive that never parked and holds nothing. */
  record Answered(CompletionStage<Received> result) implements PendingReceive {
    @Override
    public void abandon() {}
  }
}
