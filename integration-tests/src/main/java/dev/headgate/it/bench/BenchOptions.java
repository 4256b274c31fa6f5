package dev.headgate.it.bench;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How long and how often to measure.
 *
 * @param repeats interleaved repeats of each contender, after one that does not count
 * @param warmUpSeconds before each measured stretch of sends
 * @param sendSeconds one measured stretch of sends
 * @param backlog messages that each measured stretch of receives consumes
 * @param json where to write the result for programs; null for nowhere
 * @param nativeOnly measure the broker's own client alone
 */
public record BenchOptions(
    int repeats,
    int warmUpSeconds,
    int sendSeconds,
    int backlog,
    @Nullable Path json,
    boolean nativeOnly) {
  /** What the command line offers. */
  public static final String USAGE = "bench [--quick] [--repeats N] [--json FILE] [--native-only]";

  /** Reads the command line. */
  public static BenchOptions parse(String[] words) {
    boolean quick = List.of(words).contains("--quick");
    int repeats = 3;
    Path json = null;
    boolean nativeOnly = false;
    for (int i = 0; i < words.length; i++) {
      switch (words[i]) {
        case "--quick" -> {}
        case "--native-only" -> nativeOnly = true;
        case "--repeats" -> repeats = Integer.parseInt(value(words, ++i));
        case "--json" -> json = Path.of(value(words, ++i));
        default ->
            throw new IllegalArgumentException(words[i] + ": unknown (expected: " + USAGE + ")");
      }
    }
    if (repeats < 1) {
      throw new IllegalArgumentException("--repeats: " + repeats + " (expected: >= 1)");
    }
    return quick
        ? new BenchOptions(repeats, 2, 4, 200_000, json, nativeOnly)
        : new BenchOptions(repeats, 4, 10, 1_000_000, json, nativeOnly);
  }

  private static String value(String[] words, int at) {
    if (at == words.length) {
      throw new IllegalArgumentException(words[at - 1] + ": missing value");
    }
    return words[at];
  }
}
