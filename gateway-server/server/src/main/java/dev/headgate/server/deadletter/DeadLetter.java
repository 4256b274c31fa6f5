package dev.headgate.server.deadletter;

import dev.headgate.engine.Message;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message that a group gave up.
 *
 * @param id opaque to callers; names it to replay and purge
 * @param message as it lies there, the gateway's own headers included
 * @param topic where it was first sent to; empty when it does not say
 * @param attempts how often it was delivered; 0 when it does not say
 * @param reason why it was given up; null when it does not say
 * @param deadAt when it was given up
 * @param origin where it lay first; null when it does not say
 */
public record DeadLetter(
    String id,
    Message message,
    String topic,
    int attempts,
    @Nullable String reason,
    Instant deadAt,
    @Nullable String origin) {}
