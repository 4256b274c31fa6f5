package dev.headgate.engine;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message as a service sees it, whatever engine stores it. An adapter maps each part to its
 * broker's own field where there is one, so that native clients can read it and write it (delivery
 * contract, D7).
 *
 * @param id unique, assigned by the gateway at the first write and kept by every copy; for a
 *     message of a native producer, the broker's own id
 * @param body any bytes, perhaps none
 * @param key orders messages among themselves, or null; any bytes, at most 255
 * @param tag a single word to filter by, or null
 * @param headers in order; includes the gateway's own, which begin with {@link
 *     Header#RESERVED_PREFIX}
 * @param encoding how the client encoded the body ({@code zstd}, {@code gzip}), or null for a plain
 *     one
 * @param bornAt when the gateway, or the native producer, got it; milliseconds are kept
 * @param deliverAt when it is to become visible, or null for at once
 */
public record Message(
    String id,
    Bytes body,
    @Nullable Bytes key,
    @Nullable String tag,
    List<Header> headers,
    @Nullable String encoding,
    Instant bornAt,
    @Nullable Instant deliverAt) {

  /** Copies the list of headers unless it is immutable already. */
  public Message {
    headers = List.copyOf(headers);
  }

  /** The bytes that count against limits and budgets: body, key, tag and headers. */
  public int size() {
    int size = body.length() + (key == null ? 0 : key.length()) + (tag == null ? 0 : tag.length());
    for (Header header : headers) {
      Bytes value = header.value();
      size += header.name().length() + (value == null ? 0 : value.length());
    }
    return size;
  }

  /**
   * The value of the last header of this name, as text; null when there is none or it has no value.
   */
  public @Nullable String header(String name) {
    for (int i = headers.size() - 1; i >= 0; i--) {
      Header header = headers.get(i);
      Bytes value = header.value();
      if (header.name().equals(name)) {
        return value == null ? null : value.toUtf8();
      }
    }
    return null;
  }

  /** The same message with other headers and another time of delivery. */
  public Message with(List<Header> newHeaders, @Nullable Instant newDeliverAt) {
    return new Message(id, body, key, tag, newHeaders, encoding, bornAt, newDeliverAt);
  }
}
