package dev.headgate.launcher;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads lines as bytes, without their line feed: what is no UTF-8 stays what it is. */
final class Lines implements AutoCloseable {
  private final InputStream in;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);

  Lines(InputStream in) {
    this.in = new BufferedInputStream(in, 64 << 10);
  }

  /** The next line, or null at the end; a last line needs no line feed. */
  byte @Nullable [] next() throws IOException {
    line.reset();
    int read = in.read();
    if (read < 0) {
      return null;
    }
    while (read >= 0 && read != '\n') {
      line.write(read);
      read = in.read();
    }
    return line.toByteArray();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
