package dev.headgate.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headgate.it.load.Measurement;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class ReportTest {
  private final Results results = new Results();

  @Test
  void showsMediansAndRatiosToTheFirstContender() throws Exception {
    add("direct", 10_000, 30_000, 20_000);
    add("gateway", 50_000, 40_000, 60_000);

    assertThat(new Report(results).text())
        .containsPattern("direct +20000 +1\\.00 +client 10\\.00")
        .containsPattern("gateway +50000 +2\\.50");
    JsonNode rows = new ObjectMapper().readTree(new Report(results).json()).get("rows");
    assertThat(rows.get(1).get("contender").asText()).isEqualTo("gateway");
    assertThat(rows.get(1).get("ratio").asDouble()).isEqualTo(2.5);
    assertThat(rows.get(1).get("repeats")).hasSize(3);
  }

  @Test
  void errorsOfALoadShow() throws Exception {
    Row row = new Row("send", "gateway");
    row.add(new Measurement(1_000, 1, Map.of("client", 0.1), 7, "OVERLOADED \"now\"", Map.of()));
    results.add(row);

    assertThat(new Report(results).text()).contains("ERRORS: 7, the first: OVERLOADED \"now\"");
    assertThat(
            new ObjectMapper()
                .readTree(new Report(results).json())
                .at("/rows/0/repeats/0/firstError")
                .asText())
        .isEqualTo("OVERLOADED \"now\"");
  }

  @Test
  void aimsAreCheckedWhereTheirFiguresWereMeasured() {
    add(SendSaturated.TITLE, SendSaturated.DIRECT, 20_000);
    add(SendSaturated.TITLE, SendSaturated.GATEWAY, 22_000);

    assertThat(new Report(results).text())
        .containsPattern("P1 +sends, × direct +≥ 1\\.20 +1\\.10 +MISSED")
        .doesNotContain("P12");
  }

  @Test
  void everyWorkloadAndCurveIsDrawn(@TempDir Path folder) throws Exception {
    add("send <1 KiB>", "direct", 20_000);
    add("send <1 KiB>", "gateway", 50_000);
    Curve curve = new Curve("connections", "idle & parked", "connections");
    curve.add(new Curve.Point(1, Map.of("memoryMiB", 10.0), ""));
    curve.add(new Curve.Point(1_000, Map.of("memoryMiB", 16.0), ""));
    results.add(curve);

    new Pictures(results).write(folder);

    for (String file : List.of("send-1-KiB-.svg", "connections.svg")) {
      Element svg =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(folder.resolve(file).toFile())
              .getDocumentElement();
      assertThat(svg.getTagName()).isEqualTo("svg");
    }
  }

  private void add(String contender, long... messages) {
    add("send", contender, messages);
  }

  private void add(String workload, String contender, long... messages) {
    Row row = new Row(workload, contender);
    for (long count : messages) {
      row.add(new Measurement(count, 1, Map.of("client", count / 10_000.0), 0, "", Map.of()));
    }
    results.add(row);
  }
}
