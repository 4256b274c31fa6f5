package dev.headgate.server.consume;

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
}
