package dev.headgate.launcher;

import dev.headgate.client.Bytes;
import dev.headgate.client.Message;
import dev.headgate.client.UnreadableBodyException;

/** A message as scripts read it. */
final class MessageJson {
  private MessageJson() {}

  /** Adds body, key, tag, headers and encoding. */
  static Json add(Json json, Message message) {
    Message shown = readable(message);
    return json.putBytes("body", shown.body())
        .putBytes("key", message.key())
        .put("tag", message.tag())
        .put(
            "headers",
            message.headers().isEmpty()
                ? null
                : message.headers().stream()
                    .map(
                        header ->
                            new Json()
                                .put("name", header.name())
                                .putBytes("value", header.value())
                                .fields())
                    .toList())
        .put("encoding", shown.encoding());
  }

  /** With its body as it came, and the encoding named, where it cannot be opened. */
  static Message readable(Message message) {
    try {
      Bytes unused = message.body();
      return message;
    } catch (UnreadableBodyException e) {
      return message.asReceived();
    }
  }
}
