package dev.headgate.server.thrift;

import org.jspecify.annotations.Nullable;

/** Why a connection is closed although nobody asked for it (D42). Each is counted for itself. */
enum Misfit {
  HTTP("http", "an HTTP request"),
  TLS("tls", "a TLS hello on a port without TLS"),
  UNFRAMED_THRIFT("unframed-thrift", "Thrift without TFramedTransport"),
  UNKNOWN_PROTOCOL("unknown-protocol", "a frame that is neither binary nor compact Thrift"),
  GARBAGE("garbage", "bytes that are no frame"),
  FRAME_TOO_LARGE("frame-too-large", "a frame too large even to discard"),
  MALFORMED_MESSAGE("malformed-message", "a frame without a readable message header"),
  NO_FIRST_BYTE("no-first-byte", "a connection that never said anything"),
  PARTIAL_FRAME("partial-frame", "a frame that did not become complete in time"),
  SLOW_READER("slow-reader", "a client that does not read its answers"),
  IDLE("idle", "a connection without a call for long"),
  TOO_MANY_CONNECTIONS("too-many-connections", "one connection more than allowed");

  private static final int BINARY_VERSION_1 = 0x8001;
  private static final int COMPACT_ID = 0x82;
  private static final int TLS_HANDSHAKE_3 = 0x1603;
  private static final String[] HTTP_STARTS = {
    "GET ", "POST", "PUT ", "HEAD", "OPTI", "DELE", "PATC", "CONN", "TRAC", "PRI "
  };

  private final String reason;
  private final String looksLike;

  Misfit(String reason, String looksLike) {
    this.reason = reason;
    this.looksLike = looksLike;
  }

  /** The label of the metric. */
  String reason() {
    return reason;
  }

  /** For the log. */
  String looksLike() {
    return looksLike;
  }

  /**
   * What the four bytes are that should announce a frame; null when they announce one.
   *
   * @param header the bytes, big-endian
   * @param maxBytes the largest frame that is read at all
   */
  static @Nullable Misfit ofHeader(int header, int maxBytes) {
    if (header > 0 && header <= maxBytes) {
      return null;
    }
    if (header >>> 16 == BINARY_VERSION_1 || header >>> 24 == COMPACT_ID) {
      return UNFRAMED_THRIFT;
    }
    if (header >>> 16 == TLS_HANDSHAKE_3) {
      return TLS;
    }
    for (String start : HTTP_STARTS) {
      if (header == bigEndian(start)) {
        return HTTP;
      }
    }
    // A power of two more than any honest frame: text, most likely.
    return header > 0 && header < 0x2000_0000 ? FRAME_TOO_LARGE : GARBAGE;
  }

  private static int bigEndian(String four) {
    return four.charAt(0) << 24 | four.charAt(1) << 16 | four.charAt(2) << 8 | four.charAt(3);
  }
}
