package dev.headgate.it.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to measure, how long and how often.
 *
 * @param quick a look of less than three minutes instead of a result
 * @param repeats interleaved repeats of each contender
 * @param only the workloads to run, by name; empty for all
 * @param out the folder that receives the report and its pictures
 * @param json where to write the result for programs; null for {@code bench.json} in that folder
 * @param backlogMib how much a slow consumer has before it
 * @param subscriptions the sizes at which topics and groups are measured, rising
 */
public record BenchOptions(
    boolean quick,
    int repeats,
    Set<String> only,
    Path out,
    @Nullable Path json,
    int backlogMib,
    List<Integer> subscriptions) {
  /** What the command line offers. */
  public static final String USAGE =
      """
      Usage: headgate bench [--quick] [--repeats N] [--only ROWS] [--out FOLDER] [--json FILE]
                            [--backlog-mib N] [--subscriptions N,...]
      Measures the gateway beside RocketMQ's own clients and its gRPC proxy, each in a process of
      its own, in turn, and prints medians.

        --quick           short stretches, one round, small curves: less than three minutes
        --repeats N       measured repeats of each contender (3; with --quick 1)
        --only ROWS       these alone, separated by commas: %s
        --out FOLDER      receives bench.txt, bench.json and the pictures (target/bench-results)
        --json FILE       receives the JSON instead
        --backlog-mib N   what the slow consumer has before it (5120; with --quick 128)
        --subscriptions N,...  numbers of topics with a group each (10,100,1000; with --quick 10,100)
        --help            this text

      10,000 connections take as many open files in the gateway and in the load generator: where
      'ulimit -n' says less than 11000, the curve ends before. The machine should have nothing else
      to do, 8 GiB of memory and 20 GiB of free disk in the folder for temporary files.
      """
          .formatted(String.join(", ", Workloads.names()));

  /** Copies. */
  public BenchOptions {
    only = Set.copyOf(only);
    subscriptions = List.copyOf(subscriptions);
  }

  /** Reads the command line. Throws {@link IllegalArgumentException} with a text for people. */
  public static BenchOptions parse(String... words) {
    boolean quick = List.of(words).contains("--quick");
    int repeats = quick ? 1 : 3;
    int backlogMib = quick ? 128 : 5_120;
    Set<String> only = new LinkedHashSet<>();
    Path out = Path.of("target", "bench-results");
    Path json = null;
    List<Integer> subscriptions = quick ? List.of(10, 100) : List.of(10, 100, 1_000);
    for (int i = 0; i < words.length; i++) {
      switch (words[i]) {
        case "--quick" -> {}
        case "--repeats" -> repeats = number(words, ++i);
        case "--backlog-mib" -> backlogMib = number(words, ++i);
        case "--subscriptions" -> subscriptions = numbers(words, ++i);
        case "--json" -> json = Path.of(value(words, ++i));
        case "--out" -> out = Path.of(value(words, ++i));
        case "--only" -> only.addAll(Arrays.asList(value(words, ++i).split(",")));
        default ->
            throw new IllegalArgumentException(words[i] + ": unknown (see: headgate bench --help)");
      }
    }
    for (String name : only) {
      if (!Workloads.names().contains(name)) {
        throw new IllegalArgumentException(
            "--only: '%s' (expected of: %s)".formatted(name, String.join(", ", Workloads.names())));
      }
    }
    return new BenchOptions(quick, repeats, only, out, json, backlogMib, subscriptions);
  }

  /** Whether the workload was asked for. */
  boolean includes(String workload) {
    return only.isEmpty() || only.contains(workload);
  }

  /** 0 where a round that does not count goes before the others, else 1. */
  int firstRepeat() {
    return quick ? 1 : 0;
  }

  /** Seconds before each measured stretch. */
  int warmUpSeconds() {
    return quick ? 1 : 4;
  }

  /** The same for RocketMQ's gRPC proxy. */
  int grpcWarmUpSeconds() {
    return quick ? 3 : 10;
  }

  /** Seconds of each measured stretch. */
  int seconds() {
    return quick ? 2 : 10;
  }

  /** Messages that each measured stretch of receives consumes. */
  int backlog() {
    return quick ? 200_000 : 1_000_000;
  }

  private static int number(String[] words, int at) {
    return number(words[at - 1], value(words, at));
  }

  private static List<Integer> numbers(String[] words, int at) {
    return Arrays.stream(value(words, at).split(","))
        .map(number -> number(words[at - 1], number))
        .toList();
  }

  private static int number(String option, String value) {
    try {
      int number = Integer.parseInt(value);
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, together with numbers that are too small.
    }
    throw new IllegalArgumentException(
        option + ": " + value + " (expected: a whole number, at least 1)");
  }

  private static String value(String[] words, int at) {
    if (at == words.length) {
      throw new IllegalArgumentException(words[at - 1] + ": missing value");
    }
    return words[at];
  }
}
