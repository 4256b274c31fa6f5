package dev.headgate.engine;

import org.jspecify.annotations.Nullable;

/**
 * One header of a message. Names may repeat and keep their order; a null value is different from an
 * empty one.
 *
 * @param name UTF-8, 1 to 255 bytes
 * @param value any bytes
 */
public record Header(String name, @Nullable Bytes value) {
  /** Headers with this prefix belong to the gateway: services can read, but not write them. */
  public static final String RESERVED_PREFIX = "headgate-";

  /** A text header. */
  public static Header of(String name, String value) {
    return new Header(name, Bytes.utf8(value));
  }
}
