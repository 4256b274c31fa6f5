package dev.headgate.client;

import org.jspecify.annotations.Nullable;

/**
 * One partition of a group's topic.
 *
 * @param partition opaque name, such as {@code broker-a:3}
 * @param start the oldest message that the engine still has; null where it cannot tell
 * @param committed the group's committed position; -1: none
 * @param end one past the newest message
 * @param owner the node that owns it now; null where unknown
 */
public record PartitionLag(
    String partition, @Nullable Long start, long committed, long end, @Nullable String owner) {}
