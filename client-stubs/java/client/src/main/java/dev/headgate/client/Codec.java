package dev.headgate.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Compresses bodies and opens them again, end to end: the gateway never opens one. Thread-safe.
 *
 * @param from bodies of at least so many bytes are compressed; negative: none
 * @param limit the most bytes that a body may open to
 */
record Codec(int from, int limit) {
  static final String ZSTD = "zstd";
  static final String GZIP = "gzip";

  /** Whether a body in this encoding is opened. */
  static boolean knows(@Nullable String encoding) {
    return ZSTD.equals(encoding) || GZIP.equals(encoding);
  }

  /** The message with its body compressed where that makes a large one smaller. */
  Message packed(Message message) {
    if (from < 0 || message.content().encoding() != null || message.body().size() < from) {
      return message;
    }
    Message packed = compressed(message);
    return packed.content().bytes().size() < message.body().size() ? packed : message;
  }

  /** The message with its body compressed; unchanged when it has an encoding. */
  Message compressed(Message message) {
    if (message.content().encoding() != null) {
      return message;
    }
    byte[] plain = message.body().toByteArray();
    boolean zstd = Zstandard.isAvailable();
    byte[] packed = zstd ? Zstandard.compress(plain) : gzip(plain);
    return message.with(
        Body.received(Bytes.owned(java.nio.ByteBuffer.wrap(packed)), zstd ? ZSTD : GZIP, this));
  }

  /**
   * The plain body.
   *
   * @throws UnreadableBodyException when it cannot be opened
   */
  Bytes open(Bytes packed, String encoding) {
    if (!knows(encoding)) {
      throw new UnreadableBodyException(
          encoding,
          "the body is in the encoding '%s', which this client does not know (it knows: zstd, gzip)"
              .formatted(encoding),
          null);
    }
    if (encoding.equals(ZSTD) && !Zstandard.isAvailable()) {
      throw new UnreadableBodyException(
          encoding,
          "the body is in zstd, and zstd-jni is not on the class path or has no library for this"
              + " platform",
          Zstandard.whyNot());
    }
    if (packed.isEmpty()) {
      throw new UnreadableBodyException(
          encoding, "the body is empty and not valid %s".formatted(encoding), null);
    }
    try (InputStream plain = opening(packed.stream(), encoding)) {
      byte[] body = plain.readNBytes((int) Math.min(limit + 1L, Integer.MAX_VALUE - 8));
      if (body.length > limit) {
        throw new UnreadableBodyException(
            encoding,
            "the body in %s opens to more than %d bytes (option maxOpenedBytes)"
                .formatted(encoding, limit),
            null);
      }
      return Bytes.owned(java.nio.ByteBuffer.wrap(body));
    } catch (IOException e) {
      throw new UnreadableBodyException(
          encoding, "the body is damaged, or is not %s: %s".formatted(encoding, e.getMessage()), e);
    }
  }

  private InputStream opening(InputStream packed, String encoding) throws IOException {
    return encoding.equals(ZSTD)
        ? Zstandard.open(packed, limit)
        : new GZIPInputStream(packed, 8_192);
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(plain.length / 2 + 32);
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }
}
