package dev.headgate.it.checker;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What producers and consumers saw during a test. Thread-safe: they record into it as they go, and
 * the checker reads it when all of them have ended.
 */
public final class History {
  private final ConcurrentLinkedQueue<SendEvent> sends = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<DeliveryEvent> deliveries = new ConcurrentLinkedQueue<>();

  /** Records one attempt to send, once its result is known. */
  public void record(SendEvent event) {
    sends.add(event);
  }

  /** Records one delivery, once its settlement is known or given up. */
  public void record(DeliveryEvent event) {
    deliveries.add(event);
  }

  /** A copy, in the order of recording. */
  public List<SendEvent> sends() {
    return List.copyOf(sends);
  }

  /** A copy, in the order of recording. */
  public List<DeliveryEvent> deliveries() {
    return List.copyOf(deliveries);
  }
}
