package dev.headgate.server.metrics;

import com.codahale.metrics.Metric;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.LongStream;

/**
 * Counts durations in fixed buckets, so that those of several nodes can be added up. Recording
 * takes no lock and allocates nothing. Thread-safe.
 */
public final class Durations implements Metric {
  private static final long[] OF_SENDS =
      nanos(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 3_000, 10_000);
  private static final long[] OF_CONSUMPTION =
      nanos(1, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000, 15_000, 60_000, 300_000, 3_600_000);

  // Shared: there are two histograms for each subscription.
  private final long[] boundsNanos;
  // The buckets, the infinite one, and the sum in nanoseconds.
  private final AtomicLongArray counts;

  private Durations(long[] boundsNanos) {
    this.boundsNanos = boundsNanos;
    this.counts = new AtomicLongArray(boundsNanos.length + 2);
  }

  private static long[] nanos(long... millis) {
    return LongStream.of(millis).map(TimeUnit.MILLISECONDS::toNanos).toArray();
  }

  /** From 1 ms to 10 s. */
  static Durations ofSends() {
    return new Durations(OF_SENDS);
  }

  /** From 1 ms to an hour. */
  static Durations ofConsumption() {
    return new Durations(OF_CONSUMPTION);
  }

  /** One more; a negative one, of clocks that differ, counts as 0. */
  public void record(long nanos) {
    int bucket = 0;
    while (bucket < boundsNanos.length && nanos > boundsNanos[bucket]) {
      bucket++;
    }
    counts.incrementAndGet(bucket);
    if (nanos > 0) {
      counts.addAndGet(boundsNanos.length + 1, nanos);
    }
  }

  /** The upper bounds of the buckets, inclusive; the last is infinite. */
  public double[] boundsSeconds() {
    double[] bounds = new double[boundsNanos.length + 1];
    for (int i = 0; i < boundsNanos.length; i++) {
      bounds[i] = boundsNanos[i] / 1e9;
    }
    bounds[boundsNanos.length] = Double.POSITIVE_INFINITY;
    return bounds;
  }

  /** How many fell into each bucket. */
  public long[] counts() {
    long[] now = new long[boundsNanos.length + 1];
    for (int i = 0; i < now.length; i++) {
      now[i] = counts.get(i);
    }
    return now;
  }

  /** All of them together. */
  public double sumSeconds() {
    return counts.get(boundsNanos.length + 1) / 1e9;
  }
}
