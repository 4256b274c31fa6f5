package dev.headgate.client;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/**
 * What one {@code receive} answered; iterates over its deliveries.
 *
 * @param deliveries empty when the wait has passed with nothing to deliver
 * @param retryAfter wait so long before the next receive (over quota, draining); zero: none
 * @param draining the node hands out nothing more; the client's next call goes to another one
 */
public record ReceiveResult(List<Delivery> deliveries, Duration retryAfter, boolean draining)
    implements Iterable<Delivery> {
  public ReceiveResult {
    deliveries = List.copyOf(deliveries);
  }

  @Override
  public Iterator<Delivery> iterator() {
    return deliveries.iterator();
  }

  /** Whether nothing was delivered. */
  public boolean isEmpty() {
    return deliveries.isEmpty();
  }

  /** How many messages were delivered. */
  public int size() {
    return deliveries.size();
  }
}
