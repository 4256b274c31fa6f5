package dev.headgate.it.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a run has seen. Not thread-safe. */
final class Results {
  private final List<Row> rows = new ArrayList<>();
  private final List<Curve> curves = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  void add(Row row) {
    rows.add(row);
  }

  void add(Curve curve) {
    curves.add(curve);
  }

  /** Keeps something that the reader of the figures has to know. */
  void note(String text) {
    notes.add(text);
  }

  List<Curve> curves() {
    return List.copyOf(curves);
  }

  Optional<Curve> curve(String name) {
    return curves.stream().filter(curve -> curve.name().equals(name)).findFirst();
  }

  List<String> notes() {
    return List.copyOf(notes);
  }

  List<Row> rows() {
    return List.copyOf(rows);
  }

  /** The titles of the workloads, in the order in which they ran. */
  List<String> workloads() {
    return rows.stream().map(Row::workload).distinct().toList();
  }

  /** The contenders of a workload; the first is what the others are compared with. */
  List<Row> of(String workload) {
    return rows.stream().filter(row -> row.workload().equals(workload)).toList();
  }

  Optional<Row> find(String workload, String contender) {
    return of(workload).stream().filter(row -> row.contender().equals(contender)).findFirst();
  }
}
