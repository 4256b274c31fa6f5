package dev.headgate.it.load;

import dev.headgate.it.harness.ProcessUsage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One measured stretch: messages, seconds, the processor time of every process that takes part, and
 * what else was seen. Written as lines for who started the load generator.
 *
 * @param messages how many were sent or received in it; 0 where it is not about messages
 * @param seconds how long it took
 * @param cpuSeconds processor time by name of process
 * @param errors calls that failed
 * @param firstError what the first of them answered; empty when there was none
 * @param figures others, by name, the unit in the name: {@code p50Millis}
 */
public record Measurement(
    long messages,
    double seconds,
    Map<String, Double> cpuSeconds,
    long errors,
    String firstError,
    Map<String, Double> figures) {
  private static final String PREFIX = "MEASURED ";
  private static final String ERROR_PREFIX = "FIRST ERROR ";
  private static final String CPU_PREFIX = "cpu.";

  /** Keeps the order of the maps. */
  public Measurement {
    cpuSeconds = Collections.unmodifiableMap(new LinkedHashMap<>(cpuSeconds));
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }

  /** Of figures alone. */
  public static Measurement ofFigures(Map<String, Double> figures) {
    return new Measurement(0, 0, Map.of(), 0, "", figures);
  }

  /** Messages per second; not a number where it is not about messages. */
  public double rate() {
    return messages == 0 ? Double.NaN : messages / seconds;
  }

  /** Processor seconds per 100,000 messages of one process. */
  public double cpuPer100k(String process) {
    return cpuSeconds.getOrDefault(process, Double.NaN) * 100_000 / messages;
  }

  /** The same with the first error's text, if there was one. */
  public Measurement withFirstError(@Nullable Object error) {
    return error == null
        ? this
        : new Measurement(messages, seconds, cpuSeconds, errors, error.toString(), figures);
  }

  /** The same with more figures. */
  public Measurement withFigures(Map<String, Double> more) {
    Map<String, Double> all = new LinkedHashMap<>(figures);
    all.putAll(more);
    return new Measurement(messages, seconds, cpuSeconds, errors, firstError, all);
  }

  /** As lines of words. */
  public String toLines() {
    StringBuilder line = new StringBuilder(PREFIX);
    line.append(String.format(Locale.ROOT, "%d %.6f %d", messages, seconds, errors));
    cpuSeconds.forEach(
        (name, cpu) ->
            line.append(String.format(Locale.ROOT, " %s%s=%.2f", CPU_PREFIX, name, cpu)));
    figures.forEach(
        (name, value) -> line.append(String.format(Locale.ROOT, " %s=%.6f", name, value)));
    if (!firstError.isEmpty()) {
      line.append(System.lineSeparator());
      line.append(ERROR_PREFIX).append(firstError.replaceAll("\\s+", " "));
    }
    return line.toString();
  }

  /** Finds the lines in a load generator's output. */
  public static Measurement parse(String output) {
    String line =
        last(output, PREFIX)
            .orElseThrow(() -> new IllegalStateException("no measurement in:\n" + output));
    String[] words = line.split(" ");
    Map<String, Double> cpu = new LinkedHashMap<>();
    Map<String, Double> figures = new LinkedHashMap<>();
    for (int i = 3; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      String name = words[i].substring(0, equals);
      Double value = Double.valueOf(words[i].substring(equals + 1));
      if (name.startsWith(CPU_PREFIX)) {
        cpu.put(name.substring(CPU_PREFIX.length()), value);
      } else {
        figures.put(name, value);
      }
    }
    return new Measurement(
        Long.parseLong(words[0]),
        Double.parseDouble(words[1]),
        cpu,
        Long.parseLong(words[2]),
        last(output, ERROR_PREFIX).orElse(""),
        figures);
  }

  /** In few words, for who watches. */
  public String brief() {
    StringBuilder text = new StringBuilder();
    if (messages > 0) {
      text.append(String.format(Locale.ROOT, "%.0f/s", rate()));
    }
    figures.forEach(
        (name, value) -> text.append(String.format(Locale.ROOT, " %s %.3g", name, value)));
    if (errors > 0) {
      text.append(", ").append(errors).append(" ERRORS: ").append(firstError);
    }
    return text.toString().strip();
  }

  private static Optional<String> last(String output, String prefix) {
    return output
        .lines()
        .filter(candidate -> candidate.startsWith(prefix))
        .reduce((first, second) -> second)
        .map(found -> found.substring(prefix.length()));
  }

  /** A stretch that is being measured. */
  public static final class Running {
    private final Map<String, Long> pids;
    private final Map<String, Double> cpuAtStart = new LinkedHashMap<>();
    private final long messagesAtStart;
    private final long startNanos;

    /**
     * Starts now.
     *
     * @param watched pids by name; this process is added as `client`
     */
    public Running(Map<String, Long> watched, long messagesSoFar) {
      pids = new LinkedHashMap<>(watched);
      pids.put("client", ProcessHandle.current().pid());
      pids.forEach((name, pid) -> cpuAtStart.put(name, ProcessUsage.of(pid).cpuSeconds()));
      messagesAtStart = messagesSoFar;
      startNanos = System.nanoTime();
    }

    /** Since its start. */
    public double seconds() {
      return (System.nanoTime() - startNanos) / 1e9;
    }

    /** Ends now. */
    public Measurement end(long messagesSoFar, long errors) {
      double seconds = seconds();
      Map<String, Double> cpu = new LinkedHashMap<>();
      pids.forEach(
          (name, pid) ->
              cpu.put(
                  name, ProcessUsage.of(pid).cpuSeconds() - cpuAtStart.getOrDefault(name, 0.0)));
      return new Measurement(messagesSoFar - messagesAtStart, seconds, cpu, errors, "", Map.of());
    }
  }
}
