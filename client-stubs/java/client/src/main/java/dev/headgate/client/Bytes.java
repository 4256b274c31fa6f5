package dev.headgate.client;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Immutable bytes: a body, a key, a header's value or a lease. Safe to share between threads. */
public final class Bytes {
  /** No bytes. */
  public static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);

  private final byte[] array;
  private final int offset;
  private final int length;

  private Bytes(byte[] array, int offset, int length) {
    this.array = array;
    this.offset = offset;
    this.length = length;
  }

  /** Copies an array. */
  public static Bytes copyOf(byte[] bytes) {
    return new Bytes(bytes.clone(), 0, bytes.length);
  }

  /** Copies what remains in a buffer; the buffer does not move. */
  public static Bytes copyOf(ByteBuffer buffer) {
    byte[] copy = new byte[buffer.remaining()];
    buffer.duplicate().get(copy);
    return new Bytes(copy, 0, copy.length);
  }

  /** The UTF-8 form of a text. */
  public static Bytes utf8(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    return new Bytes(encoded, 0, encoded.length);
  }

  /** Takes over a heap buffer that nobody changes any more, without a copy. */
  static Bytes owned(ByteBuffer buffer) {
    return new Bytes(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
  }

  /** How many bytes. */
  public int size() {
    return length;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return length == 0;
  }

  /** A copy as an array. */
  public byte[] toByteArray() {
    return Arrays.copyOfRange(array, offset, offset + length);
  }

  /** A read-only view, without a copy. */
  public ByteBuffer asByteBuffer() {
    return ByteBuffer.wrap(array, offset, length).slice().asReadOnlyBuffer();
  }

  /** The text that these bytes are in UTF-8; malformed parts become U+FFFD. */
  public String utf8() {
    return new String(array, offset, length, StandardCharsets.UTF_8);
  }

  /** Reads these bytes, without a copy. */
  InputStream stream() {
    return new ByteArrayInputStream(array, offset, length);
  }

  /** A view for the Thrift protocol, which wants the array behind it and does not write to it. */
  ByteBuffer wire() {
    return ByteBuffer.wrap(array, offset, length);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Bytes that && wire().equals(that.wire());
  }

  @Override
  public int hashCode() {
    return wire().hashCode();
  }

  /** The size only, so that bodies stay out of logs. */
  @Override
  public String toString() {
    return "Bytes[" + length + "]";
  }
}
