package dev.headgate.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * An immutable run of bytes: a view of an array that nobody writes to any more. It copies nothing
 * until it is asked to, so that a body crosses the gateway with one copy at most in each direction.
 * A view keeps its whole array alive.
 */
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

  /**
   * A view of the whole array. The caller gives the array away: it must not write to it afterwards.
   */
  public static Bytes wrap(byte[] array) {
    return array.length == 0 ? EMPTY : new Bytes(array, 0, array.length);
  }

  /** A view of a part of the array. The caller gives the array away. */
  public static Bytes wrap(byte[] array, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, array.length);
    return length == 0 ? EMPTY : new Bytes(array, offset, length);
  }

  /**
   * The remaining bytes of the buffer: a view where it has an accessible array, else a copy. Its
   * position stays.
   */
  public static Bytes of(ByteBuffer buffer) {
    if (buffer.hasArray()) {
      return wrap(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
    }
    byte[] copy = new byte[buffer.remaining()];
    buffer.duplicate().get(copy);
    return wrap(copy);
  }

  /** The UTF-8 bytes of the text. */
  public static Bytes utf8(String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The number of bytes. */
  public int length() {
    return length;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return length == 0;
  }

  /** The byte at {@code index}, from 0. */
  public byte at(int index) {
    Objects.checkIndex(index, length);
    return array[offset + index];
  }

  /** A fresh copy. */
  public byte[] toArray() {
    return Arrays.copyOfRange(array, offset, offset + length);
  }

  /**
   * The bytes as an array that must not be written to: the array itself where this views the whole
   * of it.
   */
  public byte[] unsafeArray() {
    return offset == 0 && length == array.length ? array : toArray();
  }

  /** A read-only view. */
  public ByteBuffer asReadOnlyBuffer() {
    return ByteBuffer.wrap(array, offset, length).asReadOnlyBuffer();
  }

  /**
   * A view with an accessible array, for encoders that want one. The receiver must not write to it.
   */
  public ByteBuffer unsafeBuffer() {
    return ByteBuffer.wrap(array, offset, length).slice();
  }

  /** Copies all bytes to the buffer's position, and advances it. */
  public void copyTo(ByteBuffer target) {
    target.put(array, offset, length);
  }

  /** The bytes read as UTF-8, malformed parts replaced. */
  public String toUtf8() {
    return new String(array, offset, length, StandardCharsets.UTF_8);
  }

  /** By content. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that
        && Arrays.equals(
            array, offset, offset + length, that.array, that.offset, that.offset + that.length);
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = offset; i < offset + length; i++) {
      hash = 31 * hash + array[i];
    }
    return hash;
  }

  /** The length only: bodies do not belong in logs. */
  @Override
  public String toString() {
    return "Bytes[" + length + "]";
  }
}
