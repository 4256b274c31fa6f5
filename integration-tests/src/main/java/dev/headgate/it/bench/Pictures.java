package dev.headgate.it.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The pictures of a run: bars for every workload, lines for every curve. */
final class Pictures {
  /** What is drawn where no messages were counted, or where latency is the point. */
  private static final List<String> FIGURES = List.of("p50Millis", StartToReady.SECONDS);

  private final Results results;

  Pictures(Results results) {
    this.results = results;
  }

  /** Writes them into a folder. */
  void write(Path folder) throws IOException {
    for (String workload : results.workloads()) {
      Files.writeString(
          folder.resolve(workload.replaceAll("[^A-Za-z0-9]+", "-") + ".svg"), bars(workload));
    }
    for (Curve curve : results.curves()) {
      Files.writeString(folder.resolve(curve.name() + ".svg"), LineCharts.svg(curve));
    }
  }

  private String bars(String workload) {
    List<Row> rows = results.of(workload);
    String figure =
        FIGURES.stream()
            .filter(name -> rows.stream().allMatch(row -> row.figures().contains(name)))
            .findFirst()
            .orElse("messages/s");
    return BarChart.svg(
        workload,
        figure,
        rows.stream()
            .map(
                row ->
                    new BarChart.Bar(
                        row.contender(),
                        figure.equals("messages/s") ? row.medianRate() : row.medianFigure(figure)))
            .toList());
  }
}
