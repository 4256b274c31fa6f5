package dev.headgate.engine.rocketmq;

import dev.headgate.engine.Bytes;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.GatewayHeaders;
import dev.headgate.engine.Header;
import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.rocketmq.common.MixAll;
import org.jspecify.annotations.Nullable;

/**
 * A message in RocketMQ's terms. The body is the message's own, not a copy.
 *
 * @param body as the service sent it
 * @param properties as RocketMQ stores them, in UTF-8
 * @param bornMillis when the gateway got it
 * @param reconsumeTimes how often it has been delivered already
 * @param delayed whether the broker's timer keeps it first
 * @param batchable whether it may share a request with others
 */
record EncodedMessage(
    Bytes body,
    byte[] properties,
    long bornMillis,
    int reconsumeTimes,
    boolean delayed,
    boolean batchable) {
  // RocketMQ's limit is 32,767, and the broker adds a few of its own.
  private static final int MAX_PROPERTIES = 32_000;
  // In a batch: sizes, magic, checksum, flag and both lengths.
  private static final int FRAME = 4 + 4 + 4 + 4 + 4 + 2;

  /** Its bytes in a batch. */
  int batchSize() {
    return FRAME + body.length() + properties.length;
  }

  /**
   * Translates.
   *
   * @param ordered whether consumers get it in order of its key: RocketMQ's own clients then find
   *     the sharding key as well
   */
  static EncodedMessage of(
      TopicName topic, Message message, boolean ordered, RocketMqSettings settings) {
    if (message.body().length() > settings.maxMessageBytes()) {
      throw new EngineException(
          Kind.MESSAGE_TOO_LARGE,
          "topic '%s': the body has %d bytes (limit: %d)"
              .formatted(topic, message.body().length(), settings.maxMessageBytes()));
    }
    PropertyText properties = new PropertyText();
    HeaderEscape escape = new HeaderEscape();
    properties.put(PropertyNames.ID, message.id());
    putKey(properties, escape, message.key(), ordered);
    putTag(properties, escape, message.tag());
    putHeaders(properties, escape, message.headers());
    if (!escape.isEmpty()) {
      properties.put(PropertyNames.ESCAPED, escape.toBytes());
    }
    if (message.encoding() != null) {
      if (!PropertyText.isPlain(message.encoding())) {
        throw new EngineException(
            Kind.INVALID_ARGUMENT,
            "topic '%s': the encoding has control characters".formatted(topic));
      }
      properties.put(PropertyNames.ENCODING, message.encoding());
    }
    long bornMillis = message.bornAt().toEpochMilli();
    properties.put(PropertyNames.BORN, Long.toString(bornMillis));
    boolean delayed = putDeliverAt(properties, message.deliverAt());
    if (topic.value().startsWith(MixAll.DLQ_GROUP_TOPIC_PREFIX)) {
      String origin = message.header(GatewayHeaders.ORIGIN_TOPIC);
      if (origin != null && PropertyText.isPlain(origin)) {
        properties.put(PropertyNames.ORIGIN_TOPIC, origin);
      }
    }
    if (properties.length() > MAX_PROPERTIES) {
      throw new EngineException(
          Kind.MESSAGE_TOO_LARGE,
          "topic '%s': key, tag and headers take %d bytes in RocketMQ's properties (limit: %d)"
              .formatted(topic, properties.length(), MAX_PROPERTIES));
    }
    EncodedMessage encoded =
        new EncodedMessage(
            message.body(),
            properties.toBytes(),
            bornMillis,
            attempts(message),
            delayed,
            !delayed && !topic.value().startsWith(MixAll.RETRY_GROUP_TOPIC_PREFIX));
    return encoded.batchSize() <= settings.maxBatchBytes() ? encoded : encoded.alone();
  }

  /** The same, to be sent in a request of its own. */
  EncodedMessage alone() {
    return new EncodedMessage(body, properties, bornMillis, reconsumeTimes, delayed, false);
  }

  /** The same as a half message of a producer group. */
  EncodedMessage prepared(String producerGroup) {
    PropertyText more = new PropertyText();
    more.put(PropertyNames.PREPARED, "true");
    more.put(PropertyNames.PRODUCER_GROUP, producerGroup);
    byte[] all = Arrays.copyOf(properties, properties.length + more.length());
    System.arraycopy(more.toBytes(), 0, all, properties.length, more.length());
    return new EncodedMessage(body, all, bornMillis, reconsumeTimes, delayed, false);
  }

  private static void putKey(
      PropertyText properties, HeaderEscape escape, @Nullable Bytes key, boolean ordered) {
    if (key == null) {
      return;
    }
    if (!PropertyText.isPlain(key)) {
      escape.key(key);
      return;
    }
    properties.put(PropertyNames.KEY, key.unsafeArray());
    if (ordered) {
      properties.put(PropertyNames.SHARDING_KEY, key.unsafeArray());
    }
  }

  private static void putTag(PropertyText properties, HeaderEscape escape, @Nullable String tag) {
    if (tag == null) {
      return;
    }
    if (PropertyText.isPlain(tag)) {
      properties.put(PropertyNames.TAG, tag);
    } else {
      escape.tag(tag);
    }
  }

  private static void putHeaders(
      PropertyText properties, HeaderEscape escape, List<Header> headers) {
    Set<String> names = new HashSet<>();
    boolean[] plain = new boolean[headers.size()];
    boolean allPlain = true;
    String last = "";
    for (int i = 0; i < plain.length; i++) {
      Header header = headers.get(i);
      Bytes value = header.value();
      plain[i] =
          value != null
              && PropertyText.isPlain(value)
              && PropertyText.isPlain(header.name())
              && !PropertyNames.isReserved(header.name())
              && names.add(header.name());
      allPlain &= plain[i] && header.name().compareTo(last) >= 0;
      last = header.name();
      if (plain[i] && value != null) {
        properties.put(header.name(), value.unsafeArray());
      }
    }
    if (allPlain) {
      return;
    }
    for (int i = 0; i < plain.length; i++) {
      if (plain[i]) {
        escape.property(headers.get(i).name());
      } else {
        escape.header(headers.get(i));
      }
    }
  }

  /** Returns whether the broker's timer is to keep it first. */
  private static boolean putDeliverAt(PropertyText properties, @Nullable Instant deliverAt) {
    if (deliverAt == null) {
      return false;
    }
    String due = Long.toString(deliverAt.toEpochMilli());
    properties.put(PropertyNames.DUE, due);
    if (deliverAt.toEpochMilli() <= System.currentTimeMillis()) {
      return false;
    }
    properties.put(PropertyNames.DELIVER_AT, due);
    return true;
  }

  private static int attempts(Message message) {
    String attempts = message.header(GatewayHeaders.ATTEMPTS);
    if (attempts == null) {
      return 0;
    }
    try {
      return Math.max(0, Integer.parseInt(attempts));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** The properties as the header of a single send carries them. */
  String propertyText() {
    return new String(properties, StandardCharsets.UTF_8);
  }
}
