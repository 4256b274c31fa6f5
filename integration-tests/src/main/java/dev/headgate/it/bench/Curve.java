package dev.headgate.it.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How figures change as something grows. Not thread-safe. */
final class Curve {
  private final String name;
  private final String title;
  private final String growing;
  private final List<Point> points = new ArrayList<>();

  /**
   * @param name short, for a file
   * @param title for people
   * @param growing what the points are of: {@code connections}
   */
  Curve(String name, String title, String growing) {
    this.name = name;
    this.title = title;
    this.growing = growing;
  }

  /**
   * What was seen at one size.
   *
   * @param at the size
   * @param values by name, the unit in the name
   * @param errors what failed, in words; empty when nothing did
   */
  record Point(double at, Map<String, Double> values, String errors) {
    Point {
      values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  void add(Point point) {
    points.add(point);
  }

  String name() {
    return name;
  }

  String title() {
    return title;
  }

  String growing() {
    return growing;
  }

  List<Point> points() {
    return List.copyOf(points);
  }

  /** The names of the values. */
  Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    points.forEach(point -> names.addAll(point.values().keySet()));
    return names;
  }

  /** The largest size; 0 without any. */
  double largest() {
    return points.stream().mapToDouble(Point::at).max().orElse(0);
  }

  /** By how much a value grows per unit, from the first point to the last; empty for one point. */
  Optional<Double> slope(String name) {
    if (points.size() < 2) {
      return Optional.empty();
    }
    Point first = points.get(0);
    Point last = points.get(points.size() - 1);
    Double low = first.values().get(name);
    Double high = last.values().get(name);
    return low == null || high == null
        ? Optional.empty()
        : Optional.of((high - low) / (last.at() - first.at()));
  }
}
