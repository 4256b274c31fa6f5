package dev.headgate.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.Message;
import java.nio.ByteBuffer;
import java.util.List;

/** Messages as tests write them. */
final class Messages {
  private Messages() {}

  static Message text(String body) {
    return bytes(body.getBytes(UTF_8));
  }

  static Message bytes(byte[] body) {
    Message message = new Message();
    message.setBody(body);
    return message;
  }

  static Message keyed(String key, String body) {
    Message message = text(body);
    message.setKey(key.getBytes(UTF_8));
    return message;
  }

  static String textOf(Delivery delivery) {
    return UTF_8.decode(delivery.getMessage().bufferForBody().duplicate()).toString();
  }

  static List<String> textsOf(List<Delivery> deliveries) {
    return deliveries.stream().map(Messages::textOf).toList();
  }

  static byte[] bytesOf(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
