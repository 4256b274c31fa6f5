package dev.headgate.server.consume;

import dev.headgate.engine.Filter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks to receive. Bounds are checked by the service.
 *
 * @param topic as the caller wrote it
 * @param group as the caller wrote it
 * @param maxMessages at most so many; 0 for the default (32)
 * @param maxBytes bodies, keys and headers together; 0 for the default (4 MiB)
 * @param maxWait how long to park when there is nothing
 * @param lease time to settle each message; null for the group's
 * @param filter what the group wants
 * @param broadcastInstance the instance's name for a broadcast, or null
 */
public record ReceiveCommand(
    String topic,
    String group,
    int maxMessages,
    int maxBytes,
    Duration maxWait,
    @Nullable Duration lease,
    Filter filter,
    @Nullable String broadcastInstance) {}
