package dev.headgate.it.bench;

import dev.headgate.it.load.Measurement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One contender in one workload, and what was measured of it. Not thread-safe. */
public final class Row {
  private final String workload;
  private final String contender;
  private final List<Measurement> measurements = new ArrayList<>();

  Row(String workload, String contender) {
    this.workload = workload;
    this.contender = contender;
  }

  void add(Measurement measurement) {
    measurements.add(measurement);
  }

  String workload() {
    return workload;
  }

  String contender() {
    return contender;
  }

  List<Measurement> measurements() {
    return List.copyOf(measurements);
  }

  /** The names of the processes that took part. */
  Set<String> processes() {
    Set<String> names = new LinkedHashSet<>();
    measurements.forEach(measurement -> names.addAll(measurement.cpuSeconds().keySet()));
    return names;
  }

  /** The names of what else was seen. */
  Set<String> figures() {
    Set<String> names = new LinkedHashSet<>();
    measurements.forEach(measurement -> names.addAll(measurement.figures().keySet()));
    return names;
  }

  double medianFigure(String name) {
    return median(
        measurements.stream().map(m -> m.figures().getOrDefault(name, Double.NaN)).toList());
  }

  double medianRate() {
    return median(measurements.stream().map(Measurement::rate).toList());
  }

  double medianCpuPer100k(String process) {
    return median(measurements.stream().map(m -> m.cpuPer100k(process)).toList());
  }

  long errors() {
    return measurements.stream().mapToLong(Measurement::errors).sum();
  }

  /** What the first failed call answered; empty when none failed. */
  String firstError() {
    return measurements.stream()
        .map(Measurement::firstError)
        .filter(error -> !error.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** The middle one; of an even number, the mean of the two in the middle. */
  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted(Comparator.naturalOrder()).toList();
    int middle = sorted.size() / 2;
    return sorted.isEmpty()
        ? Double.NaN
        : sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
