package dev.headgate.client;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a service sends and receives. Bytes arrive as they were sent.
 *
 * <p>The body of a received message is opened when it is first asked for, when it came in an
 * encoding that this client knows ({@code zstd}, {@code gzip}). Equality is of messages as they
 * stand on the wire, encoded bodies included. Immutable, thread-safe.
 */
public final class Message {
  private final Body content;
  private final @Nullable Bytes key;
  private final @Nullable String tag;
  private final List<Header> headers;
  private final @Nullable Instant deliverAt;
  private final @Nullable Duration delay;

  private Message(Builder from) {
    this.content = from.content;
    this.key = from.key;
    this.tag = from.tag;
    this.headers = List.copyOf(from.headers);
    this.deliverAt = from.deliverAt;
    this.delay = from.delay;
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
    return builder(Body.plain(body));
  }

  static Builder builder(Body content) {
    return new Builder(content);
  }

  /** Starts a message from this one. */
  public Builder toBuilder() {
    Builder builder = new Builder(content);
    builder.key = key;
    builder.tag = tag;
    builder.headers.addAll(headers);
    builder.deliverAt = deliverAt;
    builder.delay = delay;
    return builder;
  }

  /** This message with another content. */
  Message with(Body other) {
    Builder builder = toBuilder();
    builder.content = other;
    return builder.build();
  }

  /** The body, as it was or will be on the wire. */
  Body content() {
    return content;
  }

  /**
   * The payload, opaque to the gateway; may be empty; at most the topic's limit (default 4 MiB).
   *
   * @throws UnreadableBodyException when it came in an encoding that this client does not know, is
   *     damaged, or opens to more than the client's limit; {@link #asReceived} has it as it came
   */
  public Bytes body() {
    return content.opened();
  }

  /** Messages of one key keep their order; needed on ordered topics; at most 255 bytes. */
  public @Nullable Bytes key() {
    return key;
  }

  /** A single word to filter by, at most 127 bytes; null: none. */
  public @Nullable String tag() {
    return tag;
  }

  /** In order, all together at most 16 KiB. */
  public List<Header> headers() {
    return headers;
  }

  /**
   * How {@link #body()} is encoded, such as {@code lz4}, by a sender that encodes its bodies
   * itself; null: a plain body, also when the client opens it.
   */
  public @Nullable String encoding() {
    return content.encodingOfOpened();
  }

  /** When the message becomes visible; null: at once. Not together with {@link #delay()}. */
  public @Nullable Instant deliverAt() {
    return deliverAt;
  }

  /** As {@link #deliverAt()}, counted from when the gateway reads the request; null: none. */
  public @Nullable Duration delay() {
    return delay;
  }

  /**
   * This message as it came over the wire: its {@link #body()} is not opened and {@link
   * #encoding()} says how it is encoded.
   */
  public Message asReceived() {
    return with(content.asReceived());
  }

  /** The body as UTF-8 text. */
  public String bodyText() {
    return body().utf8();
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

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Message that
        && content.equals(that.content)
        && Objects.equals(key, that.key)
        && Objects.equals(tag, that.tag)
        && headers.equals(that.headers)
        && Objects.equals(deliverAt, that.deliverAt)
        && Objects.equals(delay, that.delay);
  }

  @Override
  public int hashCode() {
    return Objects.hash(content, key, tag, headers, deliverAt, delay);
  }

  /** Sizes only of what is bytes, so that bodies stay out of logs. */
  @Override
  public String toString() {
    return "Message[body="
        + content
        + ", key="
        + key
        + ", tag="
        + tag
        + ", headers="
        + headers
        + ", deliverAt="
        + deliverAt
        + ", delay="
        + delay
        + "]";
  }

  /** Puts a message together. For one thread. */
  public static final class Builder {
    private Body content;
    private final List<Header> headers = new ArrayList<>();
    private @Nullable Bytes key;
    private @Nullable String tag;
    private @Nullable Instant deliverAt;
    private @Nullable Duration delay;

    private Builder(Body content) {
      this.content = content;
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

    /**
     * Says that the body is encoded already; the client then neither compresses nor opens it.
     *
     * @param encoding UTF-8, 1 to 32 bytes
     */
    public Builder encoding(String encoding) {
      this.content = Body.encoded(content.opened(), encoding);
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
      return new Message(this);
    }
  }
}
