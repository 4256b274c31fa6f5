package dev.headgate.it.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The result of a run as tables of fixed width. */
final class TextReport {
  private final Results results;
  private final StringBuilder text = new StringBuilder();

  TextReport(Results results) {
    this.results = results;
  }

  @Override
  public String toString() {
    text.setLength(0);
    results.workloads().forEach(this::workload);
    results.curves().forEach(this::curve);
    aims();
    results.notes().forEach(note -> line("note: %s", note));
    return text.toString();
  }

  private void workload(String workload) {
    List<Row> rows = results.of(workload);
    line("%s", workload);
    line("  %-34s %11s %6s  %s", "", "messages/s", "ratio", "CPU s per 100,000 messages; figures");
    for (Row row : rows) {
      double rate = row.medianRate();
      line(
          "  %-34s %11s %6s  %s",
          row.contender(),
          number("%.0f", rate),
          number("%.2f", rate / rows.get(0).medianRate()),
          cpu(row) + figures(row));
      if (row.errors() > 0) {
        line("  %-34s ERRORS: %d, the first: %s", "", row.errors(), row.firstError());
      }
    }
    line("");
  }

  private void curve(Curve curve) {
    line("%s", curve.title());
    for (Curve.Point point : curve.points()) {
      line(
          "  %7s %s  %s%s",
          Svg.number(point.at()),
          curve.growing(),
          point.values().entrySet().stream()
              .map(value -> value.getKey() + " " + number("%.3f", value.getValue()))
              .collect(Collectors.joining(", ")),
          point.errors().isEmpty() ? "" : "  ERRORS: " + point.errors());
    }
    line("");
  }

  private void aims() {
    line("%-5s %-50s %9s %9s", "aim", "", "wanted", "seen");
    for (Aim aim : Aims.all()) {
      aim.seen()
          .apply(results)
          .ifPresent(
              seen ->
                  line(
                      "%-5s %-50s %9s %9.2f  %s",
                      aim.number(),
                      aim.what(),
                      aim.bound().sign() + String.format(Locale.ROOT, " %.2f", aim.limit()),
                      seen,
                      aim.isReachedBy(seen) ? "reached" : "MISSED"));
    }
    line("");
  }

  private static String cpu(Row row) {
    return row.processes().stream()
        .filter(name -> !Double.isNaN(row.medianRate()))
        .map(name -> String.format(Locale.ROOT, "%s %.2f", name, row.medianCpuPer100k(name)))
        .collect(Collectors.joining(", "));
  }

  private static String figures(Row row) {
    String figures =
        row.figures().stream()
            .map(name -> name + " " + number("%.3f", row.medianFigure(name)))
            .collect(Collectors.joining(", "));
    return figures.isEmpty() ? "" : "; " + figures;
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }
}
