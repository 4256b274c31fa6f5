package dev.headgate.client;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a service sends and receives. Bytes arrive as they were sent.
 *
 * @param body the payload, opaque to the gateway; may be empty; at most the topic's limit (default
 *     4 MiB)
 * @param key messages of one key keep their order; required on ordered topics; at most 255 bytes;
 *     null: no order
 * @param tag a single word to filter by, at most 127 bytes; null: none
 * @param headers in order, all together at most 16 KiB
 * @param encoding how the client encoded the body, such as {@code zstd}; null: a plain body
 * @param deliverAt when the message becomes visible; null: at once. Not together with {@code delay}
 * @param delay as {@code deliverAt}, counted from when the gateway reads the request; null: none
 */
public record Message(
    Bytes body,
    @Nullable Bytes key,
    @Nullable String tag,
    List<Header> headers,
    @Nullable String encoding,
    @Nullable Instant deliverAt,
    @Nullable Duration delay) {

  public Message {
    headers = List.copyOf(headers);
    if (deliverAt != null && delay != null) {
      throw new IllegalArgumentException("deliverAt and delay are both set (expected: one)");
    }
  }

  /** A message of a text, without a key. */
  public static Message of(String body) {
    return builder(Bytes.utf8(body)).build();
  }

  /** A message of a copy of these bytes, without a key. */
  public static Message of(byte[] body) {
    return builder(Bytes.copyOf(body)).build();
  }

  /** A message with a key, of two texts. */
  public static Message of(String key, String body) {
    return builder(Bytes.utf8(body)).key(key).build();
  }

  /** Starts a message with more than a body. */
  public static Builder builder(Bytes body) {
    return new Builder(body);
  }

  /** Starts a message from this one. */
  public Builder toBuilder() {
    Builder builder = new Builder(body);
    builder.key = key;
    builder.tag = tag;
    builder.headers.addAll(headers);
    builder.encoding = encoding;
    builder.deliverAt = deliverAt;
    builder.delay = delay;
    return builder;
  }

  /** The body as UTF-8 text. */
  public String bodyText() {
    return body.utf8();
  }

  /** The value of the first header of this name that has one. */
  public Optional<Bytes> header(String name) {
    for (Header header : headers) {
      Bytes value = header.value();
      if (header.name().equals(name) && value != null) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  /** Puts a message together. For one thread. */
  public static final class Builder {
    private final Bytes body;
    private final List<Header> headers = new ArrayList<>();
    private @Nullable Bytes key;
    private @Nullable String tag;
    private @Nullable String encoding;
    private @Nullable Instant deliverAt;
    private @Nullable Duration delay;

    private Builder(Bytes body) {
      this.body = body;
    }

    /** See {@link Message#key()}. */
    public Builder key(Bytes key) {
      this.key = key;
      return this;
    }

    /** See {@link Message#key()}; the text goes as UTF-8. */
    public Builder key(String key) {
      return key(Bytes.utf8(key));
    }

    /** See {@link Message#tag()}. */
    public Builder tag(String tag) {
      this.tag = tag;
      return this;
    }

    /** Adds a header. */
    public Builder header(String name, @Nullable Bytes value) {
      headers.add(new Header(name, value));
      return this;
    }

    /** Adds a header whose value is text. */
    public Builder header(String name, String value) {
      headers.add(Header.of(name, value));
      return this;
    }

    /** See {@link Message#encoding()}. */
    public Builder encoding(String encoding) {
      this.encoding = encoding;
      return this;
    }

    /** See {@link Message#deliverAt()}. */
    public Builder deliverAt(Instant deliverAt) {
      this.deliverAt = deliverAt;
      return this;
    }

    /** See {@link Message#delay()}. */
    public Builder delay(Duration delay) {
      this.delay = delay;
      return this;
    }

    /**
     * The message.
     *
     * @throws IllegalArgumentException when both {@code deliverAt} and {@code delay} are set
     */
    public Message build() {
      return new Message(body, key, tag, headers, encoding, deliverAt, delay);
    }
  }
}
