package dev.headgate.client;

/**
 * Which bound of the pool a call counts against: parked receives must not keep acks from a
 * connection.
 */
enum Lane {
  /** Answered as soon as the work is done. */
  CALL,
  /** A long poll. */
  POLL
}
