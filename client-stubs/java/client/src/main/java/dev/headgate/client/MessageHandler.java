package dev.headgate.client;

/**
 * What a service does with a message. Called by several threads at once when the consumer's
 * concurrency is over 1.
 */
@FunctionalInterface
public interface MessageHandler {
  /**
   * Handles one delivery. Returning acks it; throwing nacks it with the exception as the reason,
   * and after the group's last attempt it goes to the dead letters. May take longer than the lease:
   * the consumer renews it. The same message can come more than once.
   *
   * @throws RetryLater to choose when it is delivered again
   * @throws Exception anything: delivered again after the group's back-off
   */
  void handle(Delivery delivery) throws Exception;
}
