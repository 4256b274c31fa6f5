package dev.headgate.launcher;

/** What scripts may rely on. */
final class ExitCode {
  /** Done. */
  static final int DONE = 0;

  /** Failed in a way that no other code names. */
  static final int FAILED = 1;

  /** Wrong arguments, or a configuration that cannot be used. */
  static final int USAGE = 2;

  /** The gateway cannot be reached, or cannot serve now; nothing was done, and later may work. */
  static final int UNAVAILABLE = 3;

  /** The gateway refused; the same call fails again. */
  static final int REFUSED = 4;

  /** What became of the work is not known: messages may have been stored. */
  static final int UNKNOWN_OUTCOME = 5;

  private ExitCode() {}
}
