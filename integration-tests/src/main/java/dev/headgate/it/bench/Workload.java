package dev.headgate.it.bench;

/** One thing that the benchmark measures, for every contender that can do it. */
interface Workload {
  /** As {@code --only} names it. */
  String name();

  /** Measures, and leaves what it saw in the run's results. */
  void run(Run run) throws Exception;
}
