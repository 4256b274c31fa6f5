package dev.headgate.client;

/** What became of one lease. */
public enum SettleStatus {
  /** The lease was valid and is now settled, or prolonged. */
  DONE,
  /** Its time had passed: the message is, or will be, delivered again. */
  EXPIRED,
  /** The message has been given to another, or its partition has moved; it is delivered again. */
  FENCED,
  /** Not a lease that the gateway knows; also an answer that this client does not know. */
  UNKNOWN,
  /**
   * The owner could not be reached in time; the lease stays as it is. Try again before it expires.
   */
  UNAVAILABLE
}
