package dev.headgate.client;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A body and its encoding, as they stand on the wire, and the plain body when that is to be opened.
 * Opened once, when it is first asked for, so that no more bodies are open than are worked on.
 * Thread-safe.
 */
final class Body {
  private final Bytes bytes;
  private final @Nullable String encoding;
  private final @Nullable Codec codec;
  private volatile @Nullable Bytes opened;

  private Body(Bytes bytes, @Nullable String encoding, @Nullable Codec codec) {
    this.bytes = bytes;
    this.encoding = encoding;
    this.codec = codec;
  }

  static Body plain(Bytes bytes) {
    return new Body(bytes, null, null);
  }

  /** One that its sender has encoded, and that stays so. */
  static Body encoded(Bytes bytes, String encoding) {
    return new Body(bytes, encoding, null);
  }

  /** One that has come, to be opened by the codec. */
  static Body received(Bytes bytes, @Nullable String encoding, Codec codec) {
    return new Body(bytes, encoding, encoding == null ? null : codec);
  }

  /** As it is on the wire. */
  Bytes bytes() {
    return bytes;
  }

  /** Of {@link #bytes()}; null: plain. */
  @Nullable String encoding() {
    return encoding;
  }

  Body asReceived() {
    return new Body(bytes, encoding, null);
  }

  /**
   * The plain body; as it is, when it stays encoded.
   *
   * @throws UnreadableBodyException when it cannot be opened
   */
  Bytes opened() {
    if (codec == null || encoding == null) {
      return bytes;
    }
    Bytes known = opened;
    if (known == null) {
      known = codec.open(bytes, encoding);
      opened = known;
    }
    return known;
  }

  /** Of {@link #opened()}; null: plain. */
  @Nullable String encodingOfOpened() {
    return codec == null || !Codec.knows(encoding) ? encoding : null;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Body that
        && bytes.equals(that.bytes)
        && Objects.equals(encoding, that.encoding);
  }

  @Override
  public int hashCode() {
    return Objects.hash(bytes, encoding);
  }

  @Override
  public String toString() {
    return encoding == null ? bytes.toString() : bytes + " in " + encoding;
  }
}
