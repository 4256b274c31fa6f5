package dev.headgate.engine;

import java.time.Instant;

/**
 * A message as read from an engine.
 *
 * @param offset its place in the partition that it was read from
 * @param message the message
 * @param storedAt when the engine stored it
 */
public record StoredMessage(long offset, Message message, Instant storedAt) {}
