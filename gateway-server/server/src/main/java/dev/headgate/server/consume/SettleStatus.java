package dev.headgate.server.consume;

/** What became of one lease (D15). */
public enum SettleStatus {
  /** It was valid and is settled, or prolonged. */
  DONE,
  /** Its time had passed. */
  EXPIRED,
  /** The message belongs to another by now. */
  FENCED,
  /** Not a lease of this fleet. */
  UNKNOWN,
  /** The owner could not be reached. */
  UNAVAILABLE
}
