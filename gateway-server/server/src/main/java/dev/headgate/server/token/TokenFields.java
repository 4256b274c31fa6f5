package dev.headgate.server.token;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The body of a token as a row of texts, each with its length before it. */
public final class TokenFields {
  private TokenFields() {}

  /** The bytes of the fields, each of at most 32 KiB. */
  public static byte[] write(String... fields) {
    List<byte[]> texts = new ArrayList<>(fields.length);
    int size = 0;
    for (String field : fields) {
      byte[] text = field.getBytes(StandardCharsets.UTF_8);
      if (text.length > Short.MAX_VALUE) {
        throw new IllegalArgumentException("a field of " + text.length + " bytes in a token");
      }
      texts.add(text);
      size += Short.BYTES + text.length;
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    texts.forEach(text -> out.putShort((short) text.length).put(text));
    return out.array();
  }

  /**
   * The fields of a body whose signature has been checked; throws RuntimeException when it is none
   * all the same.
   */
  public static List<String> read(byte[] body) {
    ByteBuffer in = ByteBuffer.wrap(body);
    List<String> fields = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] text = new byte[in.getShort()];
      in.get(text);
      fields.add(new String(text, StandardCharsets.UTF_8));
    }
    return fields;
  }
}
