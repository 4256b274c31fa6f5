package dev.headgate.client;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.util.Native;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The native library of zstd, where there is one for this platform. */
final class Zstandard {
  /** Encoders that do not know the size of a body ask for a window of up to this (2^23). */
  private static final int USUAL_WINDOW_LOG = 23;

  private static final int MAX_WINDOW_LOG = 31;
  private static final @Nullable Throwable WHY_NOT = load();

  private Zstandard() {}

  static boolean isAvailable() {
    return WHY_NOT == null;
  }

  /** Why it is not available; null when it is. */
  static @Nullable Throwable whyNot() {
    return WHY_NOT;
  }

  static byte[] compress(byte[] plain) {
    return Zstd.compress(plain);
  }

  /** Refuses a window that is far larger than what may come out of it. */
  static InputStream open(InputStream packed, int limit) throws IOException {
    int needed = Integer.SIZE - Integer.numberOfLeadingZeros(limit);
    ZstdInputStream stream = new ZstdInputStream(packed);
    return stream.setLongMax(Math.min(MAX_WINDOW_LOG, Math.max(USUAL_WINDOW_LOG, needed)));
  }

  private static @Nullable Throwable load() {
    try {
      Native.load();
      return null;
    } catch (LinkageError | RuntimeException e) {
      return e;
    }
  }
}
