package dev.headgate.server.deadletter;

import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;

/** Where a letter lies, written {@code cluster:partition@offset}; opaque to callers. */
record LetterId(String cluster, String partition, long offset) {
  /** Fails with INVALID_ARGUMENT. */
  static LetterId parse(String text) {
    int colon = text.indexOf(':');
    int at = text.lastIndexOf('@');
    if (colon > 0 && at > colon + 1) {
      try {
        long offset = Long.parseLong(text, at + 1, text.length(), 10);
        if (offset >= 0) {
          return new LetterId(text.substring(0, colon), text.substring(colon + 1, at), offset);
        }
      } catch (NumberFormatException e) {
        // Told below, together with what lacks a part.
      }
    }
    throw new GatewayException(
        ErrorCode.INVALID_ARGUMENT,
        "ids: '%s' (expected: the id of a dead letter, as browsing tells it)"
            .formatted(text.length() <= 80 ? text : text.substring(0, 80) + "…"));
  }

  @Override
  public String toString() {
    return cluster + ":" + partition + "@" + offset;
  }
}
