package dev.headgate.it.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.headgate.it.load.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The result of a run, for people and for programs. */
final class Report {
  private final Results results;

  Report(Results results) {
    this.results = results;
  }

  /** Tables of medians; a ratio is to the first contender of the same workload. */
  String text() {
    return new TextReport(results).toString();
  }

  /** Writes the report's files. */
  void write(BenchOptions options) throws IOException {
    Files.createDirectories(options.out());
    Files.writeString(options.out().resolve("bench.txt"), text());
    Path json = options.json();
    Files.writeString(json == null ? options.out().resolve("bench.json") : json, json());
    new Pictures(results).write(options.out());
    System.out.println("written to " + options.out().toAbsolutePath().normalize());
  }

  /** The same with every repeat. */
  String json() throws IOException {
    return new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .writeValueAsString(content())
        + "\n";
  }

  private Map<String, Object> content() {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("rows", results.rows().stream().map(this::row).toList());
    content.put(
        "curves",
        results.curves().stream()
            .map(curve -> Map.of("name", curve.name(), "points", curve.points()))
            .toList());
    content.put("aims", Aims.all().stream().map(this::aim).toList());
    content.put("notes", results.notes());
    return content;
  }

  private Map<String, Object> aim(Aim aim) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("number", aim.number());
    fields.put("what", aim.what());
    fields.put("bound", aim.bound());
    fields.put("limit", aim.limit());
    aim.seen()
        .apply(results)
        .ifPresent(
            seen -> {
              fields.put("seen", seen);
              fields.put("reached", aim.isReachedBy(seen));
            });
    return fields;
  }

  private Map<String, Object> row(Row row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("workload", row.workload());
    fields.put("contender", row.contender());
    if (!Double.isNaN(row.medianRate())) {
      fields.put("messagesPerSecond", row.medianRate());
      fields.put("ratio", row.medianRate() / results.of(row.workload()).get(0).medianRate());
    }
    Map<String, Double> cpu = new LinkedHashMap<>();
    row.processes().forEach(name -> cpu.put(name, row.medianCpuPer100k(name)));
    fields.put("cpuSecondsPer100k", cpu);
    Map<String, Double> figures = new LinkedHashMap<>();
    row.figures().forEach(name -> figures.put(name, row.medianFigure(name)));
    fields.put("figures", figures);
    List<Measurement> repeats = new ArrayList<>(row.measurements());
    fields.put("repeats", repeats);
    fields.put("errors", row.errors());
    return fields;
  }
}
