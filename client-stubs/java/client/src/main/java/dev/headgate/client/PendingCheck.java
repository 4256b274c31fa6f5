package dev.headgate.client;

/**
 * A prepared message whose producer has been silent: answer with {@link Producer#commit} or {@link
 * Producer#rollback}. What is not answered is asked again, of any member of the group.
 *
 * @param transactionId to answer by; another one than that of {@link PreparedMessage}, perhaps
 * @param topic of the message
 * @param messageId of the message
 * @param message as it was prepared
 * @param attempt from 1; after the last one the message is rolled back
 */
public record PendingCheck(
    String transactionId, String topic, String messageId, Message message, int attempt) {}
