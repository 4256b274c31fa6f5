package dev.headgate.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headgate.it.load.Measurement;
import java.util.Map;
import org.junit.jupiter.api.Test;

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

  private void add(String contender, long... messages) {
    Row row = new Row("send", contender);
    for (long count : messages) {
      row.add(new Measurement(count, 1, Map.of("client", count / 10_000.0), 0, "", Map.of()));
    }
    results.add(row);
  }
}
