package dev.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.SendRequest;
import dev.headgate.it.harness.OperatorPort;
import dev.headgate.it.harness.Until;
import dev.headgate.it.harness.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** What an operator sees of a gateway at work, without its broker, and at its end. */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
@Timeout(180)
class ObservabilityIT {
  private static final Duration SOON = Duration.ofSeconds(40);

  private OwnGateway own;
  private OperatorPort operator;

  @BeforeAll
  void start() throws IOException, InterruptedException {
    own = OwnGateway.start("sight", List.of("-Xmx384m", "-Dheadgate.log.format=json"));
    operator = new OperatorPort(own.gateway().httpPort());
  }

  @AfterAll
  void stop() {
    own.close();
  }

  @Test
  @Order(1)
  void metricsTellWhatHasHappenedToAGroup() throws Exception {
    Until.holds("it is ready", SOON, () -> operator.get("/ready").statusCode() == 200);
    try (Wire wire = Wire.connect(own.gateway().port())) {
      for (int i = 0; i < 5; i++) {
        wire.send("x-sight", Messages.text("m" + i));
      }
      Errors.failureOf(() -> wire.send("nowhere", Messages.text("lost")));
      List<Delivery> first = wire.receiveAll("x-sight", "watchers", 5, SOON);
      assertThat(first).hasSize(5);
      assertThat(group("headgate_leases_open")).isEqualTo(5);
      assertThat(group("headgate_prefetched_bytes")).isEqualTo(10 + 5 * 512);
      assertThat(group("headgate_oldest_unacked_seconds")).isBetween(0.0, 60.0);
      assertThat(group("headgate_lag_messages")).isEqualTo(5);

      wire.ack(first.subList(0, 4));
      wire.nack(first.get(4), Duration.ZERO, "not today");
      wire.ack(wire.receiveAll("x-sight", "watchers", 1, SOON));
    }

    String topic = "topic=\"x-sight\"";
    assertThat(operator.sum("headgate_sends_total", topic)).isEqualTo(5);
    assertThat(operator.sum("headgate_send_duration_seconds_count", topic)).isEqualTo(5);
    assertThat(operator.sum("headgate_sends_refused_total", "topic=\"(other)\"", "UNKNOWN_TOPIC"))
        .isEqualTo(1);
    assertThat(operator.sum("headgate_calls_failed_total", "UNKNOWN_TOPIC")).isEqualTo(1);
    assertThat(group("headgate_deliveries_total")).isEqualTo(6);
    assertThat(group("headgate_redeliveries_total")).isEqualTo(1);
    assertThat(group("headgate_acks_total")).isEqualTo(5);
    assertThat(group("headgate_nacks_total")).isEqualTo(1);
    assertThat(group("headgate_retries_total")).isEqualTo(1);
    assertThat(group("headgate_delivery_delay_seconds_count")).isEqualTo(5);
    assertThat(group("headgate_handling_duration_seconds_count")).isEqualTo(5);
    assertThat(group("headgate_leases_open")).isZero();
    assertThat(group("headgate_prefetched_bytes")).isZero();
    assertThat(group("headgate_oldest_unacked_seconds")).isZero();
    assertThat(group("headgate_lag_messages")).isZero();
    assertThat(operator.sum("headgate_cluster_up", "cluster=\"main\"")).isEqualTo(1);
    assertThat(operator.sum("jvm_memory_used_bytes", "area=\"heap\"")).isPositive();
  }

  @Test
  @Order(2)
  void notReadyWhileTheBrokerIsAwayButHealthy() throws Exception {
    own.cluster().broker().kill();
    try {
      Until.holds("it is not ready", SOON, () -> operator.get("/ready").statusCode() == 503);
      assertThat(operator.get("/ready").body())
          .contains("\"cluster main\"")
          .contains("knows no broker");
      assertThat(operator.get("/health").statusCode()).isEqualTo(200);
      assertThat(operator.sum("headgate_cluster_up", "cluster=\"main\"")).isZero();
      try (Wire wire = Wire.connect(own.gateway().port())) {
        Errors.failureOf(
            () ->
                wire.produce()
                    .send(
                        new SendRequest("x-sight", Messages.text("no"))
                            .setContext(Wire.within(Duration.ofSeconds(1)))));
      }
      assertThat(
              operator.sum("headgate_sends_refused_total", "x-sight")
                  + operator.sum("headgate_sends_indeterminate_total", "x-sight"))
          .isEqualTo(1);
    } finally {
      own.cluster().broker().restart(true);
    }
    Until.holds("it is ready again", SOON, () -> operator.get("/ready").statusCode() == 200);
  }

  @Test
  @Order(3)
  void notReadyWhileItDrains() throws Exception {
    try (Wire wire = Wire.connect(own.gateway().port())) {
      Until.holds(
          "it sends again", SOON, () -> wire.send("x-sight", Messages.text("held")) != null);
      List<Delivery> held = wire.receiveAll("x-sight", "watchers", 1, SOON);
      assertThat(held).hasSize(1);
      CompletableFuture<Integer> stopped =
          CompletableFuture.supplyAsync(() -> own.gateway().stop(SOON));

      Until.holds("it is not ready", SOON, () -> operator.get("/ready").statusCode() == 503);
      assertThat(operator.get("/ready").body()).contains("draining: takes no sends");
      assertThat(operator.get("/health").statusCode()).isEqualTo(200);
      assertThat(operator.sum("headgate_draining")).isEqualTo(1);
      wire.ack(held);
      assertThat(stopped.get(SOON.toSeconds(), TimeUnit.SECONDS)).isZero();
    }
    own.gateway().restart();
    Until.holds("it is ready again", SOON, () -> operator.get("/ready").statusCode() == 200);
  }

  @Test
  @Order(4)
  void logIsMadeOfObjects() throws Exception {
    List<String> lines = Files.readAllLines(own.folder().resolve("node0").resolve("gateway.log"));

    assertThat(lines).allMatch(line -> line.startsWith("{\"timestamp\":") && line.endsWith("}"));
    assertThat(lines)
        .anyMatch(line -> line.contains("\"formattedMessage\":\"node node-"))
        .anyMatch(line -> line.contains("\"formattedMessage\":\"draining: no new sends or leases"));
  }

  private double group(String metric) throws IOException, InterruptedException {
    return operator.sum(metric, "topic=\"x-sight\"", "group=\"watchers\"");
  }
}
