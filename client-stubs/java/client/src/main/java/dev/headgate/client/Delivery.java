package dev.headgate.client;

import java.time.Duration;
import java.time.Instant;

/**
 * One message, leased to this client: no other member of the group gets it until the lease is
 * settled or expires.
 *
 * @param lease opaque; settle it with {@code ack} or {@code nack}, on any node, before it expires
 * @param leaseTime how long the lease lasts, counted from when the gateway wrote the answer
 * @param attempt from 1; rises by one with each delivery to the group
 * @param messageId assigned by the gateway when the message was sent
 * @param message what was sent
 * @param bornAt when the producer's call reached the gateway or, for a native producer, when it
 *     made the message
 * @param storedAt when the engine stored it
 * @param position where it lies; opaque, for people and for {@code seek}
 */
public record Delivery(
    Bytes lease,
    Duration leaseTime,
    int attempt,
    String messageId,
    Message message,
    Instant bornAt,
    Instant storedAt,
    String position) {
  /** This delivery with {@link Message#asReceived()}. */
  public Delivery asReceived() {
    return new Delivery(
        lease, leaseTime, attempt, messageId, message.asReceived(), bornAt, storedAt, position);
  }
}
