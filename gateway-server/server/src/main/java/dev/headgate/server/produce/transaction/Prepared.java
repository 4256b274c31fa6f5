package dev.headgate.server.produce.transaction;

/**
 * Proof that a message is stored, invisible.
 *
 * @param messageId assigned by the gateway
 * @param transactionId commits it or rolls it back, through any node
 */
public record Prepared(String messageId, String transactionId) {}
