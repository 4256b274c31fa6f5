package dev.headgate.server.produce;

import org.jspecify.annotations.Nullable;

/**
 * Proof that a message is stored.
 *
 * @param messageId assigned by the gateway
 * @param position where, opaque; null for a delayed message
 * @param delayHandle withdraws a delayed message; null otherwise
 */
public record Sent(String messageId, @Nullable String position, @Nullable String delayHandle) {}
