package dev.headgate.server.produce;

import dev.headgate.engine.Bytes;
import dev.headgate.engine.Capability;
import dev.headgate.engine.Header;
import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import dev.headgate.server.error.EngineErrors;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.error.Outcome;
import dev.headgate.server.routing.Route;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a service asks into a message, or refuses it with the field, the value and the limit.
 */
final class SendRules {
  static final int MAX_KEY_BYTES = 255;
  static final int MAX_TAG_BYTES = 127;
  static final int MAX_ENCODING_BYTES = 32;
  static final int MAX_HEADER_NAME_BYTES = 255;
  static final int MAX_HEADERS_BYTES = 16 << 10;

  private final MessageIds ids;
  private final InstantSource clock;

  SendRules(MessageIds ids, InstantSource clock) {
    this.ids = ids;
    this.clock = clock;
  }

  Message admit(TopicName topic, Route route, SendCommand command) {
    checkKey(topic, route, command.key());
    checkTag(command.tag());
    checkEncoding(command.encoding());
    checkHeaders(command.headers());
    Instant now = Instant.ofEpochMilli(clock.millis());
    Message message =
        new Message(
            ids.next(),
            command.body(),
            command.key(),
            command.tag(),
            command.headers(),
            command.encoding(),
            now,
            deliverAt(topic, route, command.deliverAt(), now));
    checkSize(topic, route, message.size());
    return message;
  }

  private static void checkKey(TopicName topic, Route route, @Nullable Bytes key) {
    if (key == null || key.isEmpty()) {
      if (route.ordered()) {
        throw invalid(
            "topic '" + topic + "' is ordered: message.key is missing (expected: 1 to 255 bytes)");
      }
    } else if (key.length() > MAX_KEY_BYTES) {
      throw invalid(
          "message.key: " + key.length() + " bytes (expected: at most " + MAX_KEY_BYTES + ")");
    }
  }

  private static void checkTag(@Nullable String tag) {
    if (tag == null) {
      return;
    }
    boolean word = !tag.isEmpty() && tag.indexOf('|') < 0;
    for (int i = 0; word && i < tag.length(); i++) {
      word = tag.charAt(i) > ' ';
    }
    if (!word || tag.getBytes(StandardCharsets.UTF_8).length > MAX_TAG_BYTES) {
      throw invalid(
          "message.tag (expected: 1 to 127 bytes without '|', blanks and control characters)");
    }
  }

  private static void checkEncoding(@Nullable String encoding) {
    if (encoding != null
        && (encoding.isEmpty()
            || encoding.chars().anyMatch(c -> c <= ' ')
            || encoding.getBytes(StandardCharsets.UTF_8).length > MAX_ENCODING_BYTES)) {
      throw invalid(
          "message.encoding (expected: 1 to "
              + MAX_ENCODING_BYTES
              + " bytes without blanks and control characters)");
    }
  }

  private static void checkHeaders(List<Header> headers) {
    int total = 0;
    for (Header header : headers) {
      int nameBytes = header.name().getBytes(StandardCharsets.UTF_8).length;
      if (nameBytes < 1 || nameBytes > MAX_HEADER_NAME_BYTES) {
        throw invalid("message.headers: a name of " + nameBytes + " bytes (expected: 1 to 255)");
      }
      if (header.name().startsWith(Header.RESERVED_PREFIX)) {
        throw invalid(
            "message.headers: '"
                + header.name()
                + "' is reserved (expected: no name that begins with '"
                + Header.RESERVED_PREFIX
                + "')");
      }
      Bytes value = header.value();
      total += nameBytes + (value == null ? 0 : value.length());
    }
    if (total > MAX_HEADERS_BYTES) {
      throw invalid(
          "message.headers: " + total + " bytes (expected: at most " + MAX_HEADERS_BYTES + ")");
    }
  }

  private static @Nullable Instant deliverAt(
      TopicName topic, Route route, @Nullable Instant asked, Instant now) {
    if (asked == null || !asked.isAfter(now)) {
      return null;
    }
    Duration delay = Duration.between(now, asked);
    if (delay.compareTo(route.maxDelay()) > 0) {
      throw invalid(
          "topic '"
              + topic
              + "': a delay of "
              + delay.toMillis()
              + " ms (expected: at most "
              + route.maxDelay().toMillis()
              + " ms)");
    }
    if (!route.engine().capabilities().contains(Capability.DELAY)) {
      throw EngineErrors.unsupported(topic, route.engine().name(), Capability.DELAY);
    }
    return asked;
  }

  private static void checkSize(TopicName topic, Route route, int size) {
    if (size > route.maxMessageBytes()) {
      throw new GatewayException(
          ErrorCode.MESSAGE_TOO_LARGE,
          Outcome.NOT_APPLIED,
          "topic '"
              + topic
              + "': message of "
              + size
              + " bytes, body, key, tag and headers together (expected: at most "
              + route.maxMessageBytes()
              + " bytes)",
          Duration.ZERO,
          Map.of(
              "topic", topic.value(),
              "sizeBytes", Integer.toString(size),
              "limitBytes", Integer.toString(route.maxMessageBytes())),
          null);
    }
  }

  private static GatewayException invalid(String text) {
    return new GatewayException(ErrorCode.INVALID_ARGUMENT, text);
  }
}
