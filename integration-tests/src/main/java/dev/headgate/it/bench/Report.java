package dev.headgate.it.bench;

import dev.headgate.it.load.Measurement;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The result of a run, for people and for programs. */
final class Report {
  private final List<Row> rows;

  Report(List<Row> rows) {
    this.rows = List.copyOf(rows);
  }

  /** A table: medians; the ratio is to the first contender of the same workload. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%-30s %-34s %10s %7s  %s%n",
            "workload",
            "contender",
            "messages/s",
            "ratio",
            "CPU s per 100,000 messages"));
    for (Row row : rows) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-30s %-34s %10.0f %7.2f  %s%s%n",
              row.workload(),
              row.contender(),
              row.medianRate(),
              row.medianRate() / first(row).medianRate(),
              cpu(row),
              row.errors() == 0 ? "" : "  " + row.errors() + " ERRORS"));
    }
    return text.toString();
  }

  /** The same with every repeat. */
  String json() {
    return rows.stream().map(this::jsonRow).collect(Collectors.joining(",\n", "[\n", "\n]\n"));
  }

  private Row first(Row row) {
    return rows.stream()
        .filter(other -> other.workload().equals(row.workload()))
        .findFirst()
        .orElse(row);
  }

  private static String cpu(Row row) {
    return row.processes().stream()
        .map(name -> String.format(Locale.ROOT, "%s %.2f", name, row.medianCpuPer100k(name)))
        .collect(Collectors.joining(", "));
  }

  private String jsonRow(Row row) {
    String cpu =
        row.processes().stream()
            .map(
                name ->
                    String.format(Locale.ROOT, "\"%s\": %.3f", name, row.medianCpuPer100k(name)))
            .collect(Collectors.joining(", ", "{", "}"));
    String rates =
        row.measurements().stream()
            .map(Measurement::rate)
            .map(rate -> String.format(Locale.ROOT, "%.0f", rate))
            .collect(Collectors.joining(", ", "[", "]"));
    return String.format(
        Locale.ROOT,
        "  {\"workload\": \"%s\", \"contender\": \"%s\", \"messagesPerSecond\": %.0f, "
            + "\"ratio\": %.3f, \"cpuSecondsPer100k\": %s, \"repeats\": %s, \"errors\": %d}",
        row.workload(),
        row.contender(),
        row.medianRate(),
        row.medianRate() / first(row).medianRate(),
        cpu,
        rates,
        row.errors());
  }
}
