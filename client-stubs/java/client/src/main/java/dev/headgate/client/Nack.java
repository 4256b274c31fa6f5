package dev.headgate.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A lease to be given back.
 *
 * @param lease as the delivery named it
 * @param delay when to deliver again; null: the group's back-off for this attempt; at most 40 days
 * @param reason why, for the dead letter; cut at 1 KiB; null: none
 */
public record Nack(Bytes lease, @Nullable Duration delay, @Nullable String reason) {}
