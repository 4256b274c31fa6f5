package dev.headgate.server.consume;

import dev.headgate.engine.Message;
import java.time.Duration;
import java.time.Instant;

/**
 * One message, leased to a caller.
 *
 * @param lease the signed token that settles it
 * @param leaseFor how long the lease lives from now
 * @param attempt from 1
 * @param message the message; headers of the gateway's own kept out, save those meant for services
 * @param storedAt when the engine stored it
 * @param position where it lies, opaque
 */
public record Delivery(
    byte[] lease,
    Duration leaseFor,
    int attempt,
    Message message,
    Instant storedAt,
    String position) {}
