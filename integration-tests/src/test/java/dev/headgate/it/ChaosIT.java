package dev.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.it.checker.SendEvent.Result;
import dev.headgate.it.checker.Verdict;
import dev.headgate.it.harness.ChildProcess;
import dev.headgate.it.harness.Wire;
import dev.headgate.it.traffic.ValueSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Ten thousand acknowledged sends while broker and gateway are each killed three times, and a
 * consumer twice: nothing is lost, nothing appears that was not sent, and order holds.
 */
@Timeout(300)
class ChaosIT {
  private static final int SENDS = 10_000;
  private static final int KEYS_PER_SENDER = 5;

  /**
   * The gateway commits every second, the sandbox's broker writes that to its disk every second,
   * and a broker that was killed takes some seconds to come back; and what is acked beyond a
   * message that a killed consumer holds waits for the end of that lease.
   */
  private static final Duration REPEATED_AT_MOST = Duration.ofSeconds(6).plus(ChaosRun.LEASE);

  @Test
  void D1_nothingIsLostWhenBrokerGatewayAndConsumerAreKilled() throws Exception {
    Verdict verdict = run("x-chaos", false, i -> ValueSource.unkeyed("s" + i));

    assertThat(verdict.lost()).isEmpty();
    assertThat(verdict.unexpected()).isEmpty();
    assertThat(verdict.acknowledged()).isGreaterThanOrEqualTo(SENDS);
  }

  @Test
  void D19_orderHoldsWhenBrokerGatewayAndConsumerAreKilled() throws Exception {
    Verdict verdict = run("ordered-chaos", true, i -> ValueSource.keyed("s" + i, KEYS_PER_SENDER));

    assertThat(verdict.lost()).isEmpty();
    assertThat(verdict.unexpected()).isEmpty();
    assertThat(verdict.inversions()).isEmpty();
    assertThat(verdict.gaps()).isEmpty();
    assertThat(verdict.acknowledged()).isGreaterThanOrEqualTo(SENDS);
  }

  private static Verdict run(String topic, boolean ordered, IntFunction<ValueSource> values)
      throws Exception {
    try (OwnGateway own = OwnGateway.start(topic);
        ChaosRun chaos = new ChaosRun(own, topic, "chaos-group", SENDS)) {
      try (Wire wire = Wire.connect(own.gateway().port())) {
        Groups.createTopic(wire, topic, 4, ordered);
      }
      List<ChildProcess> victims = new ArrayList<>();
      victims.add(chaos.startReceiverProcess());
      chaos.start(values);

      ChaosRun.Fault killBroker =
          fault(() -> own.cluster().broker().kill(), () -> own.cluster().broker().restart(true));
      ChaosRun.Fault killGateway = fault(() -> own.gateway().kill(), () -> own.gateway().restart());
      ChaosRun.Fault killConsumer =
          fault(
              () -> victims.get(victims.size() - 1).kill(),
              () -> victims.add(chaos.startReceiverProcess()));
      List<ChaosRun.Fault> faults =
          List.of(
              killBroker,
              killConsumer,
              killGateway,
              killBroker,
              killGateway,
              killConsumer,
              killBroker,
              killGateway);
      chaos.strike(faults);
      victims.forEach(ChildProcess::close);
      Verdict verdict = chaos.verdict();
      System.out.println(
          topic
              + ": "
              + verdict.summary()
              + "; sends indeterminate "
              + chaos.sends(Result.INDETERMINATE)
              + ", refused "
              + chaos.sends(Result.REFUSED)
              + "; acked ones repeated after each fault (oldest): "
              + chaos.repeatsByFault(verdict));
      assertThat(chaos.unexplained(verdict, REPEATED_AT_MOST))
          .as("repeats that had long been acked when the next fault struck")
          .isEmpty();
      assertThat(chaos.sends(Result.INDETERMINATE))
          .as("sends that a kill has hit: without any the run has proven nothing")
          .isPositive();
      return verdict;
    }
  }

  /** One step of a fault. */
  private interface Step {
    void run() throws Exception;
  }

  private static ChaosRun.Fault fault(Step strike, Step heal) {
    return new ChaosRun.Fault() {
      @Override
      public void strike() throws Exception {
        strike.run();
      }

      @Override
      public void heal() throws Exception {
        heal.run();
      }
    };
  }
}
