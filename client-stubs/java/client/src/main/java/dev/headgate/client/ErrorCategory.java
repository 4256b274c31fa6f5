package dev.headgate.client;

/** Who has to act on a failure. */
public enum ErrorCategory {
  /** The call is wrong; the same call fails again. */
  CALLER,
  /** The caller is over a limit: slow down. */
  LIMIT,
  /** The gateway or a broker cannot serve right now: retry, perhaps on another node. */
  AVAILABILITY,
  /** A defect or broken configuration; also a category that this client does not know. */
  INTERNAL
}
