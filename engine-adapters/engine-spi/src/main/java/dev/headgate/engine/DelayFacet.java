package dev.headgate.engine;

import java.util.concurrent.CompletionStage;

/** Delayed messages that can be withdrawn (D30). */
public interface DelayFacet {
  /**
   * Appends a message with a {@link Message#deliverAt()}; completes with a handle for {@link
   * #cancel}: at most 1 KiB of printable ASCII, valid through restarts of gateway and broker.
   */
  CompletionStage<String> appendDelayed(TopicName topic, Message message, AppendOptions options);

  /** Withdraws it. Completes with false when it is due, cancelled or unknown. */
  CompletionStage<Boolean> cancel(TopicName topic, String handle, AppendOptions options);
}
