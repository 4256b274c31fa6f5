package dev.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.SettleStatus;
import dev.headgate.it.checker.DuplicateCause;
import dev.headgate.it.checker.Verdict;
import dev.headgate.it.harness.Until;
import dev.headgate.it.harness.Wire;
import dev.headgate.it.traffic.ValueSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule D21: a gateway that is asked to stop lets its clients finish. */
@Timeout(180)
class DrainIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void D21_stopsInTrafficLoseNothingAndRepeatNothing() throws Exception {
    try (OwnGateway own = OwnGateway.start("drain");
        ChaosRun traffic = new ChaosRun(own, "x-drain", "drain-group", 6_000)) {
      try (Wire wire = Wire.connect(own.gateway().port())) {
        Groups.createTopic(wire, "x-drain", 4, false);
      }
      traffic.start(i -> ValueSource.unkeyed("s" + i));
      ChaosRun.Fault restart =
          new ChaosRun.Fault() {
            @Override
            public void strike() {
              assertThat(own.gateway().stop(SOON)).as("exit status").isZero();
            }

            @Override
            public void heal() {
              own.gateway().restart();
            }
          };
      traffic.strike(List.of(restart, restart, restart));

      Verdict verdict = traffic.verdict();
      System.out.println("drain: " + verdict.summary());
      assertThat(verdict.lost()).isEmpty();
      assertThat(verdict.unexpected()).isEmpty();
      assertThat(verdict.duplicated(DuplicateCause.ACKED_BEFORE)).as(verdict.summary()).isZero();
      assertThat(verdict.duplicated(DuplicateCause.NACKED)).isZero();
    }
  }

  @Test
  void D21_stoppingGatewayWaitsForTheOpenLeaseAndCommitsItsAck() throws Exception {
    try (OwnGateway own = OwnGateway.start("drain-lease");
        Wire wire = Wire.connect(own.gateway().port())) {
      wire.send("x-drain", Messages.text("slow"));
      List<Delivery> held = wire.receiveAll("x-drain", "drain-group", 1, SOON);
      assertThat(held).hasSize(1);

      CompletableFuture<Integer> stopped =
          CompletableFuture.supplyAsync(() -> own.gateway().stop(SOON));
      Until.holds(
          "it hands out no more",
          SOON,
          () ->
              wire.consume()
                  .receive(Wire.receiveRequest("x-drain", "drain-group", 1, Duration.ZERO))
                  .isDraining());
      assertThat(own.gateway().process().isAlive()).as("waits for the lease").isTrue();
      assertThat(wire.ack(held.get(0)).getStatus()).isEqualTo(SettleStatus.DONE);
      assertThat(stopped.get(30, TimeUnit.SECONDS)).isZero();

      own.gateway().restart();
      try (Wire after = Wire.connect(own.gateway().port())) {
        assertThat(after.receive("x-drain", "drain-group", 1, Duration.ofSeconds(4))).isEmpty();
      }
    }
  }
}
