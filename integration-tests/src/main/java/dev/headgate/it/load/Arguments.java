package dev.headgate.it.load;

import java.util.LinkedHashMap;
import java.util.Map;

/** The {@code name=value} words of a load generator's command line. */
public final class Arguments {
  private final Map<String, String> values = new LinkedHashMap<>();

  /** Reads them. */
  public Arguments(String[] words) {
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException(word + " (expected: name=value)");
      }
      values.put(word.substring(0, equals), word.substring(equals + 1));
    }
  }

  /** A value that has to be there. */
  public String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return value;
  }

  /** A whole number that has to be there. */
  public int number(String name) {
    return Integer.parseInt(text(name));
  }

  /** The pids to watch: every {@code watch.NAME=PID}. */
  public Map<String, Long> watched() {
    Map<String, Long> pids = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          if (name.startsWith("watch.")) {
            pids.put(name.substring("watch.".length()), Long.valueOf(value));
          }
        });
    return pids;
  }
}
