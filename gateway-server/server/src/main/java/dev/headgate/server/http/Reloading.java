package dev.headgate.server.http;

import java.util.List;

/** Takes a new configuration into force. */
@FunctionalInterface
public interface Reloading {
  /** Reads the configuration anew; blocks while it does. Never throws. */
  Answer reload();

  /**
   * What has come of it.
   *
   * @param reloaded whether it is in force now; else the old one stays
   * @param lines what has changed, or every fault with its line and key
   */
  record Answer(boolean reloaded, List<String> lines) {
    /** Copies the lines. */
    public Answer {
      lines = List.copyOf(lines);
    }
  }
}
