package dev.headgate.client;

import org.jspecify.annotations.Nullable;

/**
 * Proof that a message is stored at the durability of its topic.
 *
 * @param messageId unique, kept by every engine and through every copy
 * @param position where the engine stored it; opaque; null for a delayed message
 * @param delayHandle for {@link Producer#cancel}; only for a delayed message on an engine that can
 *     cancel
 */
public record SendReceipt(
    String messageId, @Nullable String position, @Nullable String delayHandle) {}
