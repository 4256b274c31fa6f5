package dev.headgate.server.consume;

import org.jspecify.annotations.Nullable;

/**
 * The last few thousand leases that were acknowledged, so that an ack that is repeated is DONE
 * again (D15).
 */
final class SettledSerials {
  private static final int KEPT = 4096;

  private long @Nullable [] ring;

  void add(long serial) {
    long[] serials = ring;
    if (serials == null) {
      serials = new long[KEPT];
      ring = serials;
    }
    serials[(int) (serial % KEPT)] = serial;
  }

  boolean contains(long serial) {
    long[] serials = ring;
    return serials != null && serials[(int) (serial % KEPT)] == serial;
  }
}
