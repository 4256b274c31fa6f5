package dev.headgate.engine.rocketmq;

import dev.headgate.engine.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes properties as RocketMQ stores them: name, 0x01, value, 0x02, and so on. Also knows which
 * bytes can stand there.
 */
final class PropertyText {
  static final byte NAME_END = 1;
  static final byte VALUE_END = 2;
  private static final int FIRST_SIZE = 160;

  private byte[] bytes = new byte[FIRST_SIZE];
  private int length;

  void put(String name, String value) {
    put(name, value.getBytes(StandardCharsets.UTF_8));
  }

  void put(String name, byte[] value) {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    reserve(nameBytes.length + value.length + 2);
    append(nameBytes);
    bytes[length++] = NAME_END;
    append(value);
    bytes[length++] = VALUE_END;
  }

  int length() {
    return length;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  private void append(byte[] more) {
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
  }

  private void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  /** Whether RocketMQ gives this text back as it is: not empty, and without its separators. */
  static boolean isPlain(String text) {
    if (text.isEmpty()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == NAME_END || c == VALUE_END) {
        return false;
      }
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  /** Whether these bytes are such a text, in UTF-8. */
  static boolean isPlain(Bytes bytes) {
    if (bytes.isEmpty()) {
      return false;
    }
    boolean ascii = true;
    for (int i = 0; i < bytes.length(); i++) {
      byte b = bytes.at(i);
      if (b == NAME_END || b == VALUE_END) {
        return false;
      }
      ascii &= b >= 0;
    }
    return ascii || Bytes.wrap(bytes.toUtf8().getBytes(StandardCharsets.UTF_8)).equals(bytes);
  }
}
