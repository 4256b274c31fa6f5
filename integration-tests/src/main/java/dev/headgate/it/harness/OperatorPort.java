package dev.headgate.it.harness;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** A gateway's HTTP port, as a probe or a Prometheus sees it. Thread-safe. */
public final class OperatorPort {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;

  /** Of a gateway on this machine. */
  public OperatorPort(int port) {
    this.port = port;
  }

  /** An answer, whatever its status. */
  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(LIMIT)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /**
   * The values of a metric, of all series that have these labels, added up; 0 when there is none.
   *
   * @param labels each such as {@code topic="orders"}
   */
  public double sum(String metric, String... labels) throws IOException, InterruptedException {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "))
        .filter(line -> List.of(labels).stream().allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
