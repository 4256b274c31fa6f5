package dev.headgate.engine.rocketmq;

import dev.headgate.engine.Bytes;
import dev.headgate.engine.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What of a message RocketMQ's properties cannot say, as one property of printable ASCII.
 *
 * <p>Properties are a map of texts in no order. So a key or tag that is no plain text goes here,
 * and the list of headers does when a name comes twice, a value is null, empty or no plain text, or
 * the headers do not stand in the order of their names. Fields are separated by {@code ;}, each
 * begins with its kind; names and values are in Base64:
 *
 * <pre>
 * k&lt;value&gt;          the key
 * t&lt;value&gt;          the tag
 * p&lt;name&gt;           a header whose value is the property of that name
 * v&lt;name&gt;.&lt;value&gt;   a header
 * n&lt;name&gt;           a header that is null
 * </pre>
 */
final class HeaderEscape {
  private static final Base64.Encoder TO_TEXT = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder FROM_TEXT = Base64.getUrlDecoder();

  private final StringBuilder text = new StringBuilder();

  void key(Bytes key) {
    field('k').append(encode(key));
  }

  void tag(String tag) {
    field('t').append(encode(Bytes.utf8(tag)));
  }

  void property(String name) {
    field('p').append(encode(Bytes.utf8(name)));
  }

  void header(Header header) {
    Bytes value = header.value();
    StringBuilder field =
        field(value == null ? 'n' : 'v').append(encode(Bytes.utf8(header.name())));
    if (value != null) {
      field.append('.').append(encode(value));
    }
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  byte[] toBytes() {
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private StringBuilder field(char kind) {
    if (!text.isEmpty()) {
      text.append(';');
    }
    return text.append(kind);
  }

  private static String encode(Bytes bytes) {
    return TO_TEXT.encodeToString(bytes.unsafeArray());
  }

  /** What {@link #read} finds. */
  record Parts(@Nullable Bytes key, @Nullable String tag, List<Header> headers) {}

  /**
   * Reads the property back.
   *
   * @param escaped null where a message has none
   * @param properties the properties that are headers, by name
   * @throws IllegalArgumentException when it is malformed
   */
  static Parts read(@Nullable String escaped, Map<String, Bytes> properties) {
    TreeMap<String, Bytes> rest = new TreeMap<>(properties);
    List<Header> headers = new ArrayList<>();
    Bytes key = null;
    String tag = null;
    if (escaped != null) {
      for (String field : escaped.split(";", -1)) {
        String value = field.substring(1);
        switch (field.charAt(0)) {
          case 'k' -> key = decode(value);
          case 't' -> tag = decode(value).toUtf8();
          case 'n' -> headers.add(new Header(decode(value).toUtf8(), null));
          case 'p' -> {
            String name = decode(value).toUtf8();
            Bytes property = rest.remove(name);
            if (property != null) {
              headers.add(new Header(name, property));
            }
          }
          case 'v' -> {
            int dot = value.indexOf('.');
            headers.add(
                new Header(
                    decode(value.substring(0, dot)).toUtf8(), decode(value.substring(dot + 1))));
          }
          default -> throw new IllegalArgumentException("unknown field " + field.charAt(0));
        }
      }
    }
    rest.forEach((name, value) -> headers.add(new Header(name, value)));
    return new Parts(key, tag, headers);
  }

  private static Bytes decode(String text) {
    return Bytes.wrap(FROM_TEXT.decode(text));
  }
}
