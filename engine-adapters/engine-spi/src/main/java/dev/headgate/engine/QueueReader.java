package dev.headgate.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A reader where the broker leases and settles each message by itself (NSQ, RocketMQ POP, Kafka
 * share groups).
 */
public non-sealed interface QueueReader extends EngineReader {
  /** Asks for messages; parks up to {@code maxWait} when there are none. */
  CompletionStage<List<Leased>> receive(
      int maxMessages, int maxBytes, Duration lease, Duration maxWait);

  /** Settles one. Completes with false when the broker no longer knows the receipt. */
  CompletionStage<Boolean> ack(String receipt);

  /** Gives one back, to be delivered after the delay. */
  CompletionStage<Boolean> nack(String receipt, Duration delay);

  /**
   * Prolongs one. Completes with the receipt to use from now on; fails with FENCED when it is no
   * longer known.
   */
  CompletionStage<String> extend(String receipt, Duration lease);

  /**
   * A message that the broker has leased to this reader.
   *
   * @param receipt names it to the broker
   * @param attempt as the broker counts, from 1
   * @param message the message
   */
  record Leased(String receipt, int attempt, StoredMessage message) {}
}
