package dev.headgate.it.load;

import dev.headgate.it.harness.ProcessUsage;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One measured stretch: messages, seconds, and the processor time of every process that takes part.
 * Written as one line for who started the load generator.
 *
 * @param messages how many were sent or received in it
 * @param seconds how long it took
 * @param cpuSeconds processor time by name of process
 * @param errors calls that failed
 */
public record Measurement(
    long messages, double seconds, Map<String, Double> cpuSeconds, long errors) {
  private static final String PREFIX = "MEASURED ";

  /** Messages per second. */
  public double rate() {
    return messages / seconds;
  }

  /** Processor seconds per 100,000 messages of one process. */
  public double cpuPer100k(String process) {
    return cpuSeconds.getOrDefault(process, Double.NaN) * 100_000 / messages;
  }

  /** As one line of words. */
  public String toLine() {
    StringBuilder line = new StringBuilder(PREFIX);
    line.append(String.format(Locale.ROOT, "%d %.6f %d", messages, seconds, errors));
    cpuSeconds.forEach(
        (name, cpu) -> line.append(String.format(Locale.ROOT, " %s=%.2f", name, cpu)));
    return line.toString();
  }

  /** Finds the line in a load generator's output. */
  public static Measurement parse(String output) {
    String line =
        output
            .lines()
            .filter(candidate -> candidate.startsWith(PREFIX))
            .reduce((first, second) -> second)
            .orElseThrow(() -> new IllegalStateException("no measurement in:\n" + output));
    String[] words = line.substring(PREFIX.length()).split(" ");
    Map<String, Double> cpu = new LinkedHashMap<>();
    for (int i = 3; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      cpu.put(words[i].substring(0, equals), Double.valueOf(words[i].substring(equals + 1)));
    }
    return new Measurement(
        Long.parseLong(words[0]), Double.parseDouble(words[1]), cpu, Long.parseLong(words[2]));
  }

  /** A stretch that is being measured. */
  static final class Running {
    private final Map<String, Long> pids;
    private final Map<String, Double> cpuAtStart = new LinkedHashMap<>();
    private final long messagesAtStart;
    private final long startNanos;

    /**
     * Starts now.
     *
     * @param watched pids by name; this process is added as `client`
     */
    Running(Map<String, Long> watched, long messagesSoFar) {
      pids = new LinkedHashMap<>(watched);
      pids.put("client", ProcessHandle.current().pid());
      pids.forEach((name, pid) -> cpuAtStart.put(name, ProcessUsage.of(pid).cpuSeconds()));
      messagesAtStart = messagesSoFar;
      startNanos = System.nanoTime();
    }

    double seconds() {
      return (System.nanoTime() - startNanos) / 1e9;
    }

    Measurement end(long messagesSoFar, long errors) {
      double seconds = seconds();
      Map<String, Double> cpu = new LinkedHashMap<>();
      pids.forEach(
          (name, pid) ->
              cpu.put(
                  name, ProcessUsage.of(pid).cpuSeconds() - cpuAtStart.getOrDefault(name, 0.0)));
      return new Measurement(messagesSoFar - messagesAtStart, seconds, cpu, errors);
    }
  }
}
