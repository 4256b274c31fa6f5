package dev.headgate.engine.testkit;

import dev.headgate.engine.Bytes;
import dev.headgate.engine.Header;
import dev.headgate.engine.Message;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes messages as the gateway would. */
final class Messages {
  private Messages() {}

  static Message text(String body) {
    return message(Bytes.utf8(body), null, null, List.of(), null);
  }

  static Message keyed(String key, String body) {
    return message(Bytes.utf8(body), Bytes.utf8(key), null, List.of(), null);
  }

  static Message tagged(String tag, String body) {
    return message(Bytes.utf8(body), null, tag, List.of(), null);
  }

  static Message body(Bytes body) {
    return message(body, null, null, List.of(), null);
  }

  static Message delayed(String body, Instant deliverAt) {
    return message(Bytes.utf8(body), null, null, List.of(), deliverAt);
  }

  static Message message(
      Bytes body,
      @Nullable Bytes key,
      @Nullable String tag,
      List<Header> headers,
      @Nullable Instant deliverAt) {
    return new Message(
        UUID.randomUUID().toString(),
        body,
        key,
        tag,
        headers,
        null,
        Instant.now().truncatedTo(ChronoUnit.MILLIS),
        deliverAt);
  }
}
