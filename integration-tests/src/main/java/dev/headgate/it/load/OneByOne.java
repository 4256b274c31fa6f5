package dev.headgate.it.load;

import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Calls made one after another by one thread, and how long each took. */
public final class OneByOne {
  private static final long LONGEST_NANOS = 60_000_000_000L;

  private final Call call;
  private final Histogram latencies = histogram();
  private long errors;
  private @Nullable Exception firstError;

  private OneByOne(Call call) {
    this.call = call;
  }

  /** One call; throwing is an error of the load. */
  public interface Call {
    /** Returns when it was answered. */
    void run() throws Exception;
  }

  /**
   * Calls for {@code warmupSeconds}, then for {@code seconds} while it measures, and prints the
   * measurement.
   */
  public static void run(Arguments arguments, Call call) {
    new OneByOne(call).run(arguments);
  }

  private void run(Arguments arguments) {
    Measurement.Running warmUp = new Measurement.Running(Map.of(), 0);
    while (warmUp.seconds() < arguments.number("warmupSeconds")) {
      attempt();
    }
    latencies.reset();
    Measurement.Running measured = new Measurement.Running(arguments.watched(), 0);
    while (measured.seconds() < arguments.number("seconds")) {
      attempt();
    }
    System.out.println(
        measured
            .end(latencies.getTotalCount(), errors)
            .withFirstError(firstError)
            .withFigures(figures(latencies))
            .toLines());
  }

  private void attempt() {
    long start = System.nanoTime();
    try {
      call.run();
      latencies.recordValue(Math.min(System.nanoTime() - start, LONGEST_NANOS));
    } catch (Exception e) {
      errors++;
      firstError = firstError == null ? e : firstError;
    }
  }

  /** A histogram of nanoseconds up to a minute. */
  public static Histogram histogram() {
    return new Histogram(LONGEST_NANOS, 3);
  }

  /** What a report shows of latencies. */
  public static Map<String, Double> figures(Histogram nanos) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("p50Millis", nanos.getValueAtPercentile(50) / 1e6);
    figures.put("p99Millis", nanos.getValueAtPercentile(99) / 1e6);
    figures.put("maxMillis", nanos.getMaxValue() / 1e6);
    return figures;
  }
}
