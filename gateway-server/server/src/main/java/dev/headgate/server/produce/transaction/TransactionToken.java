package dev.headgate.server.produce.transaction;

import dev.headgate.engine.GroupName;
import dev.headgate.engine.TopicName;
import dev.headgate.server.token.TokenFields;
import dev.headgate.server.token.TokenKind;
import dev.headgate.server.token.TokenSigner;
import java.util.List;
import java.util.Optional;

/**
 * What a transaction id says of itself, so that any node can end it, also after the crash of the
 * node that gave it.
 *
 * @param cluster that holds the message
 * @param topic of the message
 * @param producerGroup whose members may end it
 * @param messageId of the message
 * @param engineId the engine's own id
 */
record TransactionToken(
    String cluster, TopicName topic, GroupName producerGroup, String messageId, String engineId) {

  HalfKey key() {
    return new HalfKey(topic, messageId);
  }

  String sign(TokenSigner tokens) {
    return tokens.signText(
        TokenKind.TRANSACTION,
        TokenFields.write(cluster, topic.value(), producerGroup.value(), messageId, engineId));
  }

  /** Empty when it is none that this fleet has given. */
  static Optional<TransactionToken> open(TokenSigner tokens, String text) {
    return tokens
        .openText(TokenKind.TRANSACTION, text)
        .map(TokenFields::read)
        .map(TransactionToken::of);
  }

  private static TransactionToken of(List<String> fields) {
    return new TransactionToken(
        fields.get(0),
        new TopicName(fields.get(1)),
        new GroupName(fields.get(2)),
        fields.get(3),
        fields.get(4));
  }
}
