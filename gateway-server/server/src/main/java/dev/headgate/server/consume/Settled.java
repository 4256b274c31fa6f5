package dev.headgate.server.consume;

import java.time.Duration;

/**
 * The answer to one lease.
 *
 * @param status what became of it
 * @param text why it is not DONE; empty when it is
 * @param leaseFor how long it lives now, after an extend; zero otherwise
 */
public record Settled(SettleStatus status, String text, Duration leaseFor) {
  /** Settled. */
  public static final Settled DONE = new Settled(SettleStatus.DONE, "", Duration.ZERO);
}
