package dev.headgate.it.checker;

import org.jspecify.annotations.Nullable;

/**
 * One delivery as its consumer saw it.
 *
 * @param value as in {@link SendEvent}
 * @param messageId the gateway's id: two stored copies of one value differ in it
 * @param attempt as delivered, from 1
 * @param atNanos when it arrived, {@link System#nanoTime}: one clock for all processes of a machine
 * @param leaseNanos how long its lease was
 * @param settledAtNanos when its settlement was asked for; null when it never was
 * @param settlement how it was settled
 */
public record DeliveryEvent(
    String value,
    String messageId,
    int attempt,
    long atNanos,
    long leaseNanos,
    @Nullable Long settledAtNanos,
    Settlement settlement) {

  /** How a consumer's settlement of a delivery ended. */
  public enum Settlement {
    /** The consumer never asked: it was killed, or let the lease run out. */
    NONE,
    /** Acknowledged, and answered DONE. */
    ACKED,
    /** Given back on purpose, and answered DONE. */
    NACKED,
    /** Asked, and answered with anything but DONE: expired, fenced, unknown, unavailable. */
    REFUSED,
    /** Asked, and the answer was lost. */
    UNANSWERED
  }
}
