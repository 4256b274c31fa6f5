package dev.headgate.client;

import org.jspecify.annotations.Nullable;

/**
 * What a replay or purge has done.
 *
 * @param count how many were replayed or purged
 * @param failed how many selected ones were not
 * @param reason the first reason; null: none failed
 * @param more selected ones are left, since the call's time was up: call again
 */
public record DeadLetterCount(long count, long failed, @Nullable String reason, boolean more) {}
