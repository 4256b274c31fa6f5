package dev.headgate.server.produce.transaction;

import dev.headgate.server.error.GatewayException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A poll for checks under way, perhaps parked. It holds no thread. */
public interface PendingChecks {
  /**
   * Completes exactly once, at the latest when its wait has passed; fails with GatewayException
   * only.
   */
  CompletionStage<List<PendingCheck>> result();

  /**
   * The client has gone: a parked poll ends with nothing; what an answered one has taken is offered
   * to the next. Harmless when repeated or late.
   */
  void abandon();

  /** One that is refused. */
  static PendingChecks failed(GatewayException failure) {
    CompletionStage<List<PendingCheck>> refused = CompletableFuture.failedStage(failure);
    return new PendingChecks() {
      @Override
      public CompletionStage<List<PendingCheck>> result() {
        return refused;
      }

      @Override
      public void abandon() {}
    };
  }
}
