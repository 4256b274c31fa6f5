package dev.headgate.server.produce;

import dev.headgate.engine.TopicName;
import dev.headgate.server.token.TokenFields;
import dev.headgate.server.token.TokenKind;
import dev.headgate.server.token.TokenSigner;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a delayed message is cancelled by, through any node.
 *
 * @param cluster that keeps the message
 * @param topic of the message
 * @param dueAt when it becomes visible
 * @param handle the engine's own
 */
record DelayToken(String cluster, TopicName topic, Instant dueAt, String handle) {

  String sign(TokenSigner tokens) {
    return tokens.signText(
        TokenKind.DELAYED_MESSAGE,
        TokenFields.write(cluster, topic.value(), Long.toString(dueAt.toEpochMilli()), handle));
  }

  /** Empty when it is none that this fleet has given. */
  static Optional<DelayToken> open(TokenSigner tokens, String text) {
    return tokens
        .openText(TokenKind.DELAYED_MESSAGE, text)
        .map(TokenFields::read)
        .map(DelayToken::of);
  }

  private static DelayToken of(List<String> fields) {
    return new DelayToken(
        fields.get(0),
        new TopicName(fields.get(1)),
        Instant.ofEpochMilli(Long.parseLong(fields.get(2))),
        fields.get(3));
  }
}
