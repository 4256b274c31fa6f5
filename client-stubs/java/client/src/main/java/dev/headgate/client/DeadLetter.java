package dev.headgate.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message that a group gave up.
 *
 * @param id opaque; names it to replay and purge
 * @param messageId of the message
 * @param topic it came from
 * @param attempts how often it was delivered
 * @param reason the last one that a consumer gave, or {@code lease expired}; null: none
 * @param deadAt when it was given up
 * @param message what was sent
 * @param origin where it lay before; null: unknown
 */
public record DeadLetter(
    String id,
    String messageId,
    String topic,
    int attempts,
    @Nullable String reason,
    Instant deadAt,
    Message message,
    @Nullable String origin) {}
