package dev.headgate.server.metrics;

import com.codahale.metrics.Metric;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts durations in fixed buckets, so that those of several nodes can be added up. Recording
 * takes no lock and allocates nothing. Thread-safe.
 */
public final class Durations implements Metric {
  private static final long[] SEND_MILLIS = {
    1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 3_000, 10_000
  };
  private static final long[] CONSUME_MILLIS = {
    1, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000, 15_000, 60_000, 300_000, 3_600_000
  };

  private final long[] boundsNanos;
  private final LongAdder[] counts;
  private final LongAdder sumNanos = new LongAdder();

  private Durations(long[] boundsMillis) {
    boundsNanos = new long[boundsMillis.length];
    counts = new LongAdder[boundsMillis.length + 1];
    for (int i = 0; i < boundsMillis.length; i++) {
      boundsNanos[i] = TimeUnit.MILLISECONDS.toNanos(boundsMillis[i]);
    }
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  /** From 1 ms to 10 s. */
  static Durations ofSends() {
    return new Durations(SEND_MILLIS);
  }

  /** From 1 ms to an hour. */
  static Durations ofConsumption() {
    return new Durations(CONSUME_MILLIS);
  }

  /** One more; a negative one, of clocks that differ, counts as 0. */
  public void record(long nanos) {
    int bucket = 0;
    while (bucket < boundsNanos.length && nanos > boundsNanos[bucket]) {
      bucket++;
    }
    counts[bucket].increment();
    if (nanos > 0) {
      sumNanos.add(nanos);
    }
  }

  /** The upper bounds of the buckets, inclusive; the last is infinite. */
  public double[] boundsSeconds() {
    double[] bounds = new double[counts.length];
    for (int i = 0; i < boundsNanos.length; i++) {
      bounds[i] = boundsNanos[i] / 1e9;
    }
    bounds[boundsNanos.length] = Double.POSITIVE_INFINITY;
    return bounds;
  }

  /** How many fell into each bucket. */
  public long[] counts() {
    long[] now = new long[counts.length];
    for (int i = 0; i < now.length; i++) {
      now[i] = counts[i].sum();
    }
    return now;
  }

  /** All of them together. */
  public double sumSeconds() {
    return sumNanos.sum() / 1e9;
  }
}
