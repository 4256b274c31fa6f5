package dev.headgate.it.bench;

import dev.headgate.it.load.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A run under way: its options, the processes that it measures, and what it has seen so far. */
final class Run {
  /** Bodies of most workloads. */
  static final int BODY_BYTES = 1024;

  private final BenchOptions options;
  private final Rig rig;
  private final Results results = new Results();

  Run(BenchOptions options, Rig rig) {
    this.options = options;
    this.rig = rig;
  }

  /** One way to do a workload. */
  record Contender(String name, Stretch stretch) {}

  /** Measures one stretch. */
  interface Stretch {
    /**
     * @param repeat 0 for the one that does not count
     */
    Measurement measure(int repeat) throws Exception;
  }

  BenchOptions options() {
    return options;
  }

  Rig rig() {
    return rig;
  }

  Results results() {
    return results;
  }

  /**
   * Measures the contenders in turn (A B A B …); the first is what the others are compared with.
   */
  void compare(String workload, List<Contender> contenders) throws Exception {
    List<Row> rows = new ArrayList<>();
    contenders.forEach(contender -> rows.add(new Row(workload, contender.name())));
    for (int repeat = options.firstRepeat(); repeat <= options.repeats(); repeat++) {
      for (int i = 0; i < contenders.size(); i++) {
        Contender contender = contenders.get(i);
        Measurement measurement = contender.stretch().measure(repeat);
        say(
            "%s, %s, %s: %s",
            workload,
            contender.name(),
            repeat == 0 ? "warm-up" : "repeat " + repeat,
            measurement.brief());
        if (repeat > 0) {
          rows.get(i).add(measurement);
        }
      }
    }
    rows.forEach(results::add);
  }

  /** Tells whoever waits. */
  void say(String format, Object... values) {
    System.err.println(String.format(Locale.ROOT, format, values));
  }
}
