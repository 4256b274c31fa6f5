package dev.headgate.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The messages of one producing language. */
final class MatrixMessages {
  static final int KEYS = 2;

  private static final int LARGE = 100 << 10;

  /** A topic's limit, less room for key, tag and headers. */
  private static final int LARGEST = (4 << 20) - (64 << 10);

  private static final byte[] NO_TEXT = {0, (byte) 0xff, (byte) 0xc3, 0x28, 0};

  private MatrixMessages() {}

  static List<MatrixLine> all(String language) {
    byte[] repeating = new byte[LARGE];
    Arrays.fill(repeating, (byte) 'r');
    byte[] noise = noise(LARGE, language);
    List<List<@Nullable String>> headers =
        List.of(
            header("repeated", "1".getBytes(UTF_8)),
            header("repeated", "2".getBytes(UTF_8)),
            header("empty", new byte[0]),
            header("absent", null),
            header("bytes", NO_TEXT));
    return List.of(
        line(new byte[0], null, null, List.of(), false),
        line(new byte[] {0, 0, 0}, null, "blue", List.of(), false),
        line(NO_TEXT, NO_TEXT, null, headers, false),
        line("ü".repeat(50).getBytes(UTF_8), "order-ü".getBytes(UTF_8), "red", headers, false),
        line(repeating, "packed".getBytes(UTF_8), null, headers, true),
        line(noise, null, null, List.of(), false),
        line(noise(LARGEST, language + "-largest"), null, null, List.of(), false));
  }

  /** Numbers of some keys, in turn. */
  static List<MatrixLine> ordered(String language, int numbers) {
    List<MatrixLine> lines = new ArrayList<>();
    for (int i = 0; i < numbers; i++) {
      byte[] key = (language + "-" + i % KEYS).getBytes(UTF_8);
      lines.add(line(Integer.toString(i).getBytes(UTF_8), key, null, List.of(), false));
    }
    return lines;
  }

  private static MatrixLine line(
      byte[] body,
      byte @Nullable [] key,
      @Nullable String tag,
      List<List<@Nullable String>> headers,
      boolean compress) {
    return new MatrixLine(
        Objects.requireNonNull(base64(body)), base64(key), tag, headers, compress, 0, null);
  }

  private static List<@Nullable String> header(String name, byte @Nullable [] value) {
    return Arrays.asList(name, base64(value));
  }

  private static byte[] noise(int size, String seed) {
    byte[] noise = new byte[size];
    new Random(seed.hashCode()).nextBytes(noise);
    return noise;
  }

  private static @Nullable String base64(byte @Nullable [] bytes) {
    return bytes == null ? null : Base64.getEncoder().encodeToString(bytes);
  }
}
