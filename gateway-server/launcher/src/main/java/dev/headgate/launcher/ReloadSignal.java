package dev.headgate.launcher;

import sun.misc.Signal;

/** SIGHUP: read the configuration again. */
final class ReloadSignal {
  private ReloadSignal() {}

  /** Runs {@code reload} at each SIGHUP, on the signal's thread; where there is none, never. */
  static void on(Runnable reload) {
    try {
      Signal.handle(new Signal("HUP"), signal -> reload.run());
    } catch (IllegalArgumentException e) {
      // No such signal on this system, or the JVM keeps it to itself (-Xrs).
    }
  }
}
