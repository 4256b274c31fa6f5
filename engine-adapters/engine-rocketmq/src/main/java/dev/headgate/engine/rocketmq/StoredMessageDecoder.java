package dev.headgate.engine.rocketmq;

import dev.headgate.engine.Bytes;
import dev.headgate.engine.GatewayHeaders;
import dev.headgate.engine.Header;
import dev.headgate.engine.Message;
import dev.headgate.engine.StoredMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.common.compression.CompressorFactory;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.sysflag.MessageSysFlag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads messages as the broker sends them, which is as it stores them. Each body is copied out of
 * the answer once: a view would keep the whole answer, some thirty messages, alive for as long as
 * its slowest message.
 */
final class StoredMessageDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(StoredMessageDecoder.class);
  private static final int MAX_KEY_BYTES = 255;
  private static final int IPV4_HOST = 8;
  private static final int IPV6_HOST = 20;

  private StoredMessageDecoder() {}

  /** All messages of an answer's body. */
  static List<StoredMessage> decode(byte[] answer) {
    List<StoredMessage> messages = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.wrap(answer);
    while (buffer.remaining() > Integer.BYTES) {
      int start = buffer.position();
      int size = buffer.getInt(start);
      if (isInnerBatch(buffer, start)) {
        decodeInnerBatch(buffer.slice(start, size), messages);
      } else {
        messages.add(decodeOne(answer, start));
      }
      buffer.position(start + size);
    }
    return messages;
  }

  private static boolean isInnerBatch(ByteBuffer buffer, int start) {
    int sysFlag = buffer.getInt(start + MessageDecoder.SYSFLAG_POSITION);
    return (sysFlag & MessageSysFlag.INNER_BATCH_FLAG) != 0;
  }

  /** Several messages in one, as newer native producers write them to batch topics: rare. */
  private static void decodeInnerBatch(ByteBuffer buffer, List<StoredMessage> messages) {
    for (MessageExt message : MessageDecoder.decodesBatch(buffer, true, true, false)) {
      Map<String, Bytes> properties = new HashMap<>();
      message.getProperties().forEach((name, value) -> properties.put(name, Bytes.utf8(value)));
      messages.add(
          stored(
              message.getQueueOffset(),
              Bytes.wrap(message.getBody()),
              properties,
              message.getMsgId(),
              message.getReconsumeTimes(),
              message.getBornTimestamp(),
              message.getStoreTimestamp()));
    }
  }

  private static StoredMessage decodeOne(byte[] answer, int start) {
    ByteBuffer buffer = ByteBuffer.wrap(answer);
    buffer.position(start + 4);
    int magic = buffer.getInt();
    buffer.position(buffer.position() + 4 + 4 + 4);
    long queueOffset = buffer.getLong();
    long physicalOffset = buffer.getLong();
    int sysFlag = buffer.getInt();
    long bornMillis = buffer.getLong();
    skip(buffer, (sysFlag & MessageSysFlag.BORNHOST_V6_FLAG) == 0 ? IPV4_HOST : IPV6_HOST);
    long storedMillis = buffer.getLong();
    int hostAt = buffer.position();
    int hostLength =
        (sysFlag & MessageSysFlag.STOREHOSTADDRESS_V6_FLAG) == 0 ? IPV4_HOST : IPV6_HOST;
    skip(buffer, hostLength);
    int reconsumeTimes = buffer.getInt();
    skip(buffer, Long.BYTES);
    byte[] body = new byte[buffer.getInt()];
    buffer.get(body);
    skip(
        buffer,
        magic == MessageDecoder.MESSAGE_MAGIC_CODE_V2
            ? buffer.getShort()
            : Byte.toUnsignedInt(buffer.get()));
    int propertiesLength = buffer.getShort();
    Map<String, Bytes> properties = properties(answer, buffer.position(), propertiesLength);
    String brokerId =
        properties.containsKey(PropertyNames.ID)
            ? ""
            : MessageDecoder.createMessageId(
                ByteBuffer.allocate(hostLength + Long.BYTES),
                ByteBuffer.wrap(answer, hostAt, hostLength).slice(),
                physicalOffset);
    return stored(
        queueOffset,
        plainBody(Bytes.wrap(body), sysFlag),
        properties,
        brokerId,
        reconsumeTimes,
        bornMillis,
        storedMillis);
  }

  private static void skip(ByteBuffer buffer, int bytes) {
    buffer.position(buffer.position() + bytes);
  }

  private static Map<String, Bytes> properties(byte[] answer, int from, int length) {
    Map<String, Bytes> properties = new HashMap<>();
    int nameFrom = from;
    int valueFrom = -1;
    int end = from + length;
    for (int i = from; i <= end; i++) {
      byte b = i == end ? PropertyText.VALUE_END : answer[i];
      if (b == PropertyText.NAME_END && valueFrom < 0) {
        valueFrom = i + 1;
      } else if (b == PropertyText.VALUE_END) {
        if (valueFrom > 0) {
          String name = Bytes.wrap(answer, nameFrom, valueFrom - 1 - nameFrom).toUtf8();
          properties.put(name, Bytes.wrap(Bytes.wrap(answer, valueFrom, i - valueFrom).toArray()));
        }
        nameFrom = i + 1;
        valueFrom = -1;
      }
    }
    return properties;
  }

  private static StoredMessage stored(
      long offset,
      Bytes body,
      Map<String, Bytes> properties,
      @Nullable String brokerId,
      int reconsumeTimes,
      long bornMillis,
      long storedMillis) {
    Map<String, Bytes> plain = new HashMap<>();
    properties.forEach(
        (name, value) -> {
          if (!PropertyNames.isReserved(name) && !name.isEmpty()) {
            plain.put(name, value);
          }
        });
    HeaderEscape.Parts parts = parts(properties, plain);
    List<Header> headers = new ArrayList<>(parts.headers());
    Bytes key = key(properties, parts, headers);
    addFromNative(properties, reconsumeTimes, headers);
    String id = text(properties, PropertyNames.ID);
    String due = text(properties, PropertyNames.DUE);
    String born = text(properties, PropertyNames.BORN);
    Message message =
        new Message(
            id != null ? id : (brokerId == null ? "" : brokerId),
            body,
            key,
            parts.tag() != null ? parts.tag() : text(properties, PropertyNames.TAG),
            headers,
            text(properties, PropertyNames.ENCODING),
            Instant.ofEpochMilli(number(born, bornMillis)),
            due == null ? null : Instant.ofEpochMilli(number(due, storedMillis)));
    return new StoredMessage(offset, message, Instant.ofEpochMilli(storedMillis));
  }

  private static HeaderEscape.Parts parts(Map<String, Bytes> properties, Map<String, Bytes> plain) {
    try {
      return HeaderEscape.read(text(properties, PropertyNames.ESCAPED), plain);
    } catch (RuntimeException e) {
      // Somebody else wrote that property. The message is still theirs to be read.
      LOG.debug("property {} is none of this adapter's", PropertyNames.ESCAPED, e);
      return HeaderEscape.read(null, plain);
    }
  }

  /** The sharding key orders native messages; what then is left of KEYS becomes a header. */
  private static @Nullable Bytes key(
      Map<String, Bytes> properties, HeaderEscape.Parts parts, List<Header> headers) {
    if (parts.key() != null) {
      return parts.key();
    }
    Bytes keys = properties.get(PropertyNames.KEY);
    Bytes sharding = properties.get(PropertyNames.SHARDING_KEY);
    Bytes key = sharding != null ? sharding : keys;
    if (key != null && (key.length() > MAX_KEY_BYTES || key.isEmpty())) {
      key = null;
    }
    if (keys != null && !keys.isEmpty() && (key == null || !keys.equals(key))) {
      headers.add(new Header(PropertyNames.KEY, keys));
    }
    return key;
  }

  /** What native consumers tell about a retried or dead message, in the gateway's own words. */
  private static void addFromNative(
      Map<String, Bytes> properties, int reconsumeTimes, List<Header> headers) {
    if (reconsumeTimes > 0 && lacks(headers, GatewayHeaders.ATTEMPTS)) {
      headers.add(Header.of(GatewayHeaders.ATTEMPTS, Integer.toString(reconsumeTimes)));
    }
    String origin = text(properties, PropertyNames.ORIGIN_TOPIC);
    if (origin == null) {
      origin = text(properties, MessageConst.PROPERTY_RETRY_TOPIC);
    }
    if (origin != null && lacks(headers, GatewayHeaders.ORIGIN_TOPIC)) {
      headers.add(Header.of(GatewayHeaders.ORIGIN_TOPIC, origin));
    }
  }

  private static boolean lacks(List<Header> headers, String name) {
    return headers.stream().noneMatch(header -> header.name().equals(name));
  }

  private static Bytes plainBody(Bytes body, int sysFlag) {
    if ((sysFlag & MessageSysFlag.COMPRESSED_FLAG) == 0) {
      return body;
    }
    try {
      return Bytes.wrap(
          CompressorFactory.getCompressor(MessageSysFlag.getCompressionType(sysFlag))
              .decompress(body.unsafeArray()));
    } catch (IOException | RuntimeException e) {
      LOG.warn("a native producer's compressed body could not be opened; it is passed on as it is");
      return body;
    }
  }

  private static @Nullable String text(Map<String, Bytes> properties, String name) {
    Bytes value = properties.get(name);
    return value == null ? null : value.toUtf8();
  }

  private static long number(@Nullable String text, long otherwise) {
    if (text == null) {
      return otherwise;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }
}
