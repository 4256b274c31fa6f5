package dev.headgate.it.traffic;

import dev.headgate.idl.gateway.Message;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a message of the traffic carries.
 *
 * @param text the body: unique in a run
 * @param key the key, null for none
 * @param sequence the place among the values of its key, from 0
 * @param delay how much later it is to be delivered; zero for at once
 */
public record Value(String text, @Nullable String key, long sequence, Duration delay) {
  /** One that is delivered at once. */
  public Value(String text, @Nullable String key, long sequence) {
    this(text, key, sequence, Duration.ZERO);
  }

  /** The same, delivered so much later. */
  public Value after(Duration newDelay) {
    return new Value(text, key, sequence, newDelay);
  }

  /** As a message. */
  public Message toMessage() {
    Message message = new Message();
    message.setBody(text.getBytes(StandardCharsets.UTF_8));
    if (key != null) {
      message.setKey(key.getBytes(StandardCharsets.UTF_8));
    }
    if (!delay.isZero()) {
      message.setDelayMillis(delay.toMillis());
    }
    return message;
  }

  /** The value's text of a message that arrived. */
  public static String textOf(Message message) {
    return StandardCharsets.UTF_8.decode(message.bufferForBody().duplicate()).toString();
  }
}
