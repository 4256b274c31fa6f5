package dev.headgate.server.http;

import com.codahale.metrics.Counting;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import com.sun.net.httpserver.HttpHandler;
import dev.headgate.server.metrics.Durations;
import dev.headgate.server.metrics.GatewayMetrics;
import dev.headgate.server.metrics.MetricFamily;
import dev.headgate.server.metrics.Series;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Shows Dropwizard's registry to Prometheus: everything of {@link MetricFamily}, by family. Reads
 * the registry anew at each scrape; scrapes take turns, so that many of them need the memory of
 * one.
 */
public final class PrometheusExport implements MultiCollector {
  private final GatewayMetrics metrics;

  PrometheusExport(GatewayMetrics metrics) {
    this.metrics = metrics;
  }

  /** Answers {@code /metrics}: these, and the JVM's. */
  public static HttpHandler handler(GatewayMetrics metrics) {
    PrometheusRegistry registry = new PrometheusRegistry();
    JvmMetrics.builder().register(registry);
    registry.register(new PrometheusExport(metrics));
    return new MetricsHandler(registry);
  }

  private record Value(Labels labels, Metric metric) {}

  @Override
  public synchronized MetricSnapshots collect() {
    Map<MetricFamily, List<Value>> values = new EnumMap<>(MetricFamily.class);
    metrics
        .registry()
        .getMetrics()
        .forEach(
            (key, metric) -> {
              Series series = Series.parse(key);
              if (series != null) {
                values
                    .computeIfAbsent(series.family(), family -> new ArrayList<>())
                    .add(new Value(Labels.of(series.family().labels(), series.labels()), metric));
              }
            });
    List<MetricSnapshot> snapshots = new ArrayList<>();
    values.forEach((family, of) -> snapshots.add(snapshot(family, of)));
    return new MetricSnapshots(snapshots);
  }

  private static MetricSnapshot snapshot(MetricFamily family, List<Value> values) {
    return switch (family.kind()) {
      case COUNTER ->
          new CounterSnapshot(
              metadata(family),
              values.stream()
                  .map(v -> new CounterDataPointSnapshot(number(v.metric()), v.labels(), null, 0))
                  .toList());
      case GAUGE ->
          new GaugeSnapshot(
              metadata(family),
              values.stream()
                  .map(v -> new GaugeDataPointSnapshot(number(v.metric()), v.labels(), null))
                  .toList());
      case HISTOGRAM ->
          new HistogramSnapshot(
              metadata(family), values.stream().map(PrometheusExport::histogram).toList());
    };
  }

  /** The library adds {@code _total} to counters itself. */
  private static MetricMetadata metadata(MetricFamily family) {
    String name = family.exposedName();
    return new MetricMetadata(
        family.kind() == MetricFamily.Kind.COUNTER ? name.replaceFirst("_total$", "") : name,
        family.help());
  }

  private static double number(Metric metric) {
    if (metric instanceof Counting counting) {
      return counting.getCount();
    }
    if (metric instanceof Gauge<?> gauge && gauge.getValue() instanceof Number number) {
      return number.doubleValue();
    }
    return Double.NaN;
  }

  private static HistogramDataPointSnapshot histogram(Value value) {
    Durations durations = (Durations) value.metric();
    return HistogramDataPointSnapshot.builder()
        .classicHistogramBuckets(
            ClassicHistogramBuckets.of(durations.boundsSeconds(), durations.counts()))
        .sum(durations.sumSeconds())
        .labels(value.labels())
        .build();
  }
}
