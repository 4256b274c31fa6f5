package dev.headgate.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import com.sun.net.httpserver.HttpServer;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.TopicName;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.metrics.GatewayMetrics;
import dev.headgate.server.metrics.MetricFamily;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PrometheusExportTest {
  private static final Path OPERATIONS = Path.of("..", "..", "docs", "operations");

  private final GatewayMetrics metrics = new GatewayMetrics(new MetricRegistry());

  @Test
  void countersGaugesAndHistogramsAreExposed() throws Exception {
    metrics.registry().counter("somebody.elses").inc();
    metrics.topic(new TopicName("orders")).sent(3_000_000);
    metrics.topic(new TopicName("orders")).refused(ErrorCode.OVERLOADED);
    metrics.group(new TopicName("%DLQ%g"), new GroupName("billing")).leased(1, 20);
    metrics.cluster("main", () -> false);

    assertThat(scrape().lines())
        .contains(
            "# TYPE headgate_sends_total counter",
            "# HELP headgate_sends_total Messages acknowledged to producers",
            "headgate_sends_total{topic=\"orders\"} 1.0",
            "headgate_sends_refused_total{code=\"OVERLOADED\",topic=\"orders\"} 1.0",
            "headgate_send_duration_seconds_bucket{topic=\"orders\",le=\"0.002\"} 0",
            "headgate_send_duration_seconds_bucket{topic=\"orders\",le=\"0.005\"} 1",
            "headgate_send_duration_seconds_bucket{topic=\"orders\",le=\"+Inf\"} 1",
            "headgate_send_duration_seconds_sum{topic=\"orders\"} 0.003",
            "headgate_leases_open{group=\"billing\",topic=\"%DLQ%g\"} 1.0",
            "headgate_cluster_up{cluster=\"main\"} 0.0")
        .noneMatch(line -> line.contains("somebody"))
        .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\"}"));
  }

  @Test
  void handbookExplainsEveryMetric() throws Exception {
    String handbook = Files.readString(OPERATIONS.resolve("README.md"));

    for (MetricFamily family : MetricFamily.values()) {
      assertThat(handbook).contains("`" + family.exposedName() + "`");
    }
    assertThat(named(handbook)).isSubsetOf(exposed());
  }

  @Test
  void dashboardNamesOnlyWhatThereIs() throws Exception {
    Set<String> named = named(Files.readString(OPERATIONS.resolve("grafana-dashboard.json")));

    assertThat(named).hasSizeGreaterThan(25).isSubsetOf(exposed());
  }

  /** Names of the gateway's metrics, and of the JVM's, in a text. */
  private static Set<String> named(String text) {
    Set<String> names = new TreeSet<>();
    Matcher matcher =
        Pattern.compile("\\b(headgate|jvm|process)_[a-z_]*[a-z]\\b(?!\\.)").matcher(text);
    while (matcher.find()) {
      names.add(matcher.group());
    }
    return names;
  }

  private Set<String> exposed() throws Exception {
    Set<String> names = new TreeSet<>();
    for (MetricFamily family : MetricFamily.values()) {
      names.add(family.exposedName());
      if (family.kind() == MetricFamily.Kind.HISTOGRAM) {
        names.add(family.exposedName() + "_bucket");
        names.add(family.exposedName() + "_count");
        names.add(family.exposedName() + "_sum");
      }
    }
    scrape()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> names.add(line.split("[{ ]", 2)[0]));
    return names;
  }

  private String scrape() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try {
      server.createContext("/metrics", PrometheusExport.handler(metrics));
      server.start();
      URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/metrics");
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } finally {
      server.stop(0);
    }
  }
}
