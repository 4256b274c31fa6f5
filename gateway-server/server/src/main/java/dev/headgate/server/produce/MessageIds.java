package dev.headgate.server.produce;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes message ids: 32 hex digits, unique without coordination, and rising with time on one node.
 * The first 12 digits are the start of the node in milliseconds, 8 are random, 12 count.
 */
public final class MessageIds {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private final String prefix;
  private final AtomicLong next = new AtomicLong();

  /** A sequence of its own. */
  public MessageIds(InstantSource clock) {
    prefix = HEX.toHexDigits(clock.millis(), 12) + HEX.toHexDigits(new SecureRandom().nextInt());
  }

  /** The next id. Thread-safe. */
  public String next() {
    return prefix + HEX.toHexDigits(next.getAndIncrement(), 12);
  }
}
