package dev.headgate.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.headgate.engine.EngineHealth;
import dev.headgate.server.time.FakeTimer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperatorHttpTest {
  private final FakeTimer timer = new FakeTimer();
  private final HealthOnlyEngine east = new HealthOnlyEngine();
  private final HealthOnlyEngine west = new HealthOnlyEngine();
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile @Nullable InetSocketAddress listening = new InetSocketAddress("127.0.0.1", 9300);
  private volatile boolean draining;
  private volatile Reloading.Answer reloading = new Reloading.Answer(true, List.of("changed"));
  private final OperatorHttp http =
      new OperatorHttp(
          new OperatorHttpConfig(true, "127.0.0.1", 0),
          "gate-1",
          new Health(timer),
          new Readiness(() -> listening, () -> draining, Map.of("east", east, "west", west)),
          OperatorHttpTest::metrics,
          () -> reloading);
  private InetSocketAddress address = new InetSocketAddress(0);

  @BeforeEach
  void start() throws IOException {
    address = http.start();
  }

  @AfterEach
  void close() {
    http.close();
  }

  @Test
  void reloadAnswersWhatHasChangedOrWhatIsWrong() throws Exception {
    HttpResponse<String> done = post("/reload");
    assertThat(done.statusCode()).isEqualTo(200);
    assertThat(compact(done)).isEqualTo("{\"reloaded\":true,\"changes\":[\"changed\"]}");

    reloading = new Reloading.Answer(false, List.of("headgate.yaml:3: topics: missing"));
    HttpResponse<String> refused = post("/reload");
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(compact(refused)).contains("headgate.yaml:3");

    assertThat(get("/reload").statusCode()).isEqualTo(405);
  }

  private HttpResponse<String> post(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void readyWhenEverythingIs() throws Exception {
    HttpResponse<String> ready = get("/ready");

    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(compact(ready))
        .isEqualTo(
            "{\"ready\":true,\"node\":\"gate-1\",\"checks\":["
                + "{\"part\":\"listen\",\"ok\":true,\"detail\":\"127.0.0.1:9300\"},"
                + "{\"part\":\"drain\",\"ok\":true,\"detail\":\"none\"},"
                + "{\"part\":\"clustereast\",\"ok\":true,\"detail\":\"brokera\"},"
                + "{\"part\":\"clusterwest\",\"ok\":true,\"detail\":\"brokera\"}]}");
  }

  @Test
  void notReadyWhileAClusterIsAwayAndSaysWhich() throws Exception {
    west.health = new EngineHealth(false, "name server w:9876: no answer");

    assertThat(get("/ready").statusCode()).isEqualTo(503);
    assertThat(compact(get("/ready")))
        .startsWith("{\"ready\":false")
        .contains(
            "{\"part\":\"clusterwest\",\"ok\":false,\"detail\":\"nameserverw:9876:noanswer\"}");
    assertThat(get("/ready?cluster=east").statusCode())
        .as("for those who use east alone")
        .isEqualTo(200);
    assertThat(get("/ready?cluster=west").statusCode()).isEqualTo(503);
    assertThat(get("/ready?cluster=north").statusCode()).isEqualTo(404);

    west.health = new EngineHealth(true, "back");
    assertThat(get("/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void notReadyWhileDrainingOrNotListening() throws Exception {
    draining = true;
    assertThat(get("/ready").statusCode()).isEqualTo(503);
    assertThat(get("/ready").body()).contains("draining: takes no sends");
    draining = false;
    listening = null;
    assertThat(get("/ready").statusCode()).isEqualTo(503);
    assertThat(get("/ready").body()).contains("the Thrift port is not open");
  }

  @Test
  void healthLooksAtTheProcessAlone() throws Exception {
    east.health = new EngineHealth(false, "away");
    draining = true;
    timer.advance(Duration.ofMinutes(5));

    assertThat(get("/health").statusCode()).isEqualTo(200);
    assertThat(compact(get("/health"))).startsWith("{\"healthy\":true,\"node\":\"gate-1\"");
  }

  @Test
  void unhealthyWhenTheTimerIsStuck() throws Exception {
    timer.skip(Duration.ofSeconds(20));

    assertThat(get("/health").statusCode()).isEqualTo(503);
    assertThat(get("/health").body()).contains("has not ticked for 20 s");
  }

  @Test
  void otherPathsAndMethodsAreRefused() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(get("/readyness").statusCode()).isEqualTo(404);
    HttpResponse<String> post =
        client.send(
            HttpRequest.newBuilder(uri("/ready")).POST(HttpRequest.BodyPublishers.noBody()).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(post.statusCode()).isEqualTo(405);
  }

  @Test
  void clientsThatDoNotGoOnHoldNobodyUp() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      // One thread fewer than there are; what comes past that is cut off after some seconds.
      for (int i = 0; i < 7; i++) {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.getOutputStream().write("GET /rea".getBytes(StandardCharsets.US_ASCII));
        slow.add(socket);
      }
      assertThat(get("/ready").statusCode()).isEqualTo(200);
      assertThat(get("/metrics").body()).isEqualTo("some 1\n");
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  private static void metrics(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, 7);
      exchange.getResponseBody().write("some 1\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(5)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + address.getPort() + path);
  }

  private static String compact(HttpResponse<String> response) {
    return response.body().replaceAll("\\s", "");
  }
}
