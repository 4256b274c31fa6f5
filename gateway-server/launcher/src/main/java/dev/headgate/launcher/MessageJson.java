package dev.headgate.launcher;

import dev.headgate.client.Message;

/** A message as scripts read it. */
final class MessageJson {
  private MessageJson() {}

  /** Adds body, key, tag, headers and encoding. */
  static Json add(Json json, Message message) {
    return json.putBytes("body", message.body())
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
        .put("encoding", message.encoding());
  }
}
