package dev.headgate.server.config;

/**
 * One thing that is wrong in a configuration.
 *
 * @param line in the file, from 1; 0 for the file as a whole
 * @param key the path of the key, such as {@code topics[0].maxMessageSize}; empty for the whole
 * @param problem the value that was found, and what was expected
 */
public record ConfigFault(int line, String key, String problem) {
  /** Key and problem in one line. */
  public String text() {
    return key.isEmpty() ? problem : key + ": " + problem;
  }
}
