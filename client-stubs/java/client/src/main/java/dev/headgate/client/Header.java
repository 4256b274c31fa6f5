package dev.headgate.client;

import org.jspecify.annotations.Nullable;

/**
 * One header of a message. Names may repeat and keep their order.
 *
 * @param name UTF-8, 1 to 255 bytes; names that begin with {@code headgate-} belong to the gateway
 * @param value any bytes; null (absent) is different from empty
 */
public record Header(String name, @Nullable Bytes value) {
  /** A header whose value is text. */
  public static Header of(String name, String value) {
    return new Header(name, Bytes.utf8(value));
  }
}
