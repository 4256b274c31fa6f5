package dev.headgate.it.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a run has seen. Not thread-safe. */
final class Results {
  private final List<Row> rows = new ArrayList<>();

  void add(Row row) {
    rows.add(row);
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
