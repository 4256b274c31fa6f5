package dev.headgate.client;

/**
 * Proof that a message is stored, and that nobody sees it before it is committed.
 *
 * @param messageId unique, kept by every engine and through every copy
 * @param transactionId for {@link Producer#commit} and {@link Producer#rollback}, by any client
 *     through any node; opaque; keep it with what the message is about
 */
public record PreparedMessage(String messageId, String transactionId) {}
