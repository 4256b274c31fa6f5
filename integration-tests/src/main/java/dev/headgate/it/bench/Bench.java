package dev.headgate.it.bench;

import dev.headgate.it.harness.Distribution;
import dev.headgate.it.harness.TemporaryFolder;
import java.util.List;

/**
 * The benchmark's program: measures the gateway beside the broker's own ways in, in turn (A B A B
 * …), and prints medians.
 *
 * <p>The system property {@link Distribution#PROPERTY} names the assembled gateway.
 */
public final class Bench {
  private Bench() {}

  /** Runs it. Exit codes: 0 measured, 1 failed, 2 wrong usage. */
  public static void main(String[] words) throws Exception {
    if (List.of(words).contains("--help")) {
      System.out.print(BenchOptions.USAGE);
      return;
    }
    BenchOptions options;
    try {
      options = BenchOptions.parse(words);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    Results results = measure(options);
    Report report = new Report(results);
    System.out.println();
    System.out.print(report.text());
    report.write(options);
  }

  private static Results measure(BenchOptions options) throws Exception {
    try (TemporaryFolder folder = TemporaryFolder.create("bench");
        Rig rig = Rig.start(Distribution.find(), folder.path())) {
      Run run = new Run(options, rig);
      if (options.quick()) {
        run.results()
            .note(
                "--quick: the code of RocketMQ's gRPC proxy is hardly compiled; what is said of it"
                    + " is too low, and a whole run tells more");
      }
      for (Workload workload : Workloads.all()) {
        if (options.includes(workload.name())) {
          workload.run(run);
        }
      }
      return run.results();
    }
  }
}
