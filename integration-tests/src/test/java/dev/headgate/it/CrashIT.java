package dev.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.Failure;
import dev.headgate.idl.gateway.Outcome;
import dev.headgate.idl.gateway.SendRequest;
import dev.headgate.idl.gateway.SettleStatus;
import dev.headgate.it.harness.GatewayProcess;
import dev.headgate.it.harness.Until;
import dev.headgate.it.harness.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.thrift.TException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** What survives when a broker stands still or dies, or a gateway does. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(150)
class CrashIT {
  private static final Duration SOON = Duration.ofSeconds(40);

  private OwnGateway own;
  private String topic;
  private String group;

  @BeforeAll
  void start() throws IOException, InterruptedException {
    own = OwnGateway.start("crash");
  }

  @BeforeEach
  void name() {
    String unique = UUID.randomUUID().toString().substring(0, 8);
    topic = "x-" + unique;
    group = "group-" + unique;
  }

  @AfterAll
  void stop() {
    own.close();
  }

  @Test
  void D2_sendWhoseAnswerDoesNotComeIsUnknownAndAnsweredAtItsDeadline() throws Exception {
    try (Wire wire = connect()) {
      wire.send(topic, Messages.text("before"));
      own.cluster().broker().pause();
      long start = System.nanoTime();
      Failure failure;
      try {
        failure = Errors.failureOf(() -> sendWithin(wire, "meanwhile", Duration.ofMillis(1_500)));
      } finally {
        own.cluster().broker().resume();
      }

      assertThat(failure.getOutcome()).as("%s", failure).isEqualTo(Outcome.UNKNOWN);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(1_000), Duration.ofMillis(4_000));
      // The one that was told UNKNOWN may have arrived or not; the others must have.
      Until.holds("it sends again", SOON, () -> succeeds(wire, "after"));
      Set<String> texts = receiveTexts(wire, Set.of("before", "after"));
      assertThat(texts).isSubsetOf("before", "meanwhile", "after");
    }
  }

  @Test
  void D3_noSendSucceedsOrHangsWhileTheBrokerIsDead() throws Exception {
    try (Wire wire = connect()) {
      wire.send(topic, Messages.text("before"));
      own.cluster().broker().kill();
      try {
        for (int i = 0; i < 3; i++) {
          long start = System.nanoTime();
          Failure failure = Errors.failureOf(() -> sendWithin(wire, "no", Duration.ofSeconds(2)));
          assertThat(failure.isRetryable()).as("%s", failure).isTrue();
          assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        }
      } finally {
        own.cluster().broker().restart(true);
      }
      Until.holds("it sends again", SOON, () -> succeeds(wire, "after"));
      receiveTexts(wire, Set.of("before", "after"));
    }
  }

  @Test
  void D11_afterACrashOfTheGatewayUnackedMessagesComeAgainAndAckedOnesAtMostWithinACommit()
      throws Exception {
    try (Wire wire = connect()) {
      for (int i = 0; i < 20; i++) {
        wire.send(topic, Messages.text("m" + i));
      }
      List<Delivery> deliveries = wire.receiveAll(topic, group, 20, SOON);
      assertThat(deliveries).hasSize(20);
      wire.ack(deliveries.subList(0, 15));
      Until.holds(
          "what can be committed is", SOON, () -> Groups.of(wire, topic, group).getInFlight() == 5);
    }
    own.gateway().kill();
    own.gateway().restart();

    try (Wire wire = connect()) {
      Set<String> texts = new HashSet<>();
      Until.holds(
          "five come again",
          SOON,
          () -> {
            List<Delivery> more = wire.receive(topic, group, 32, Duration.ofMillis(500));
            texts.addAll(Messages.textsOf(more));
            if (!more.isEmpty()) {
              wire.ack(more);
            }
            return texts.size() >= 5 && more.isEmpty();
          });
      Groups.awaitNoLag(wire, topic, group, SOON);
    }
  }

  @Test
  void D16_leaseIsSettledAfterTheCrashOfTheNodeThatIssuedIt() throws Exception {
    Delivery held;
    try (Wire wire = connect()) {
      wire.send(topic, Messages.text("settled later"));
      List<Delivery> deliveries = wire.receiveAll(topic, group, 1, SOON);
      assertThat(deliveries).hasSize(1);
      held = deliveries.get(0);
    }
    own.gateway().kill();
    own.gateway().restart();

    try (Wire wire = connect()) {
      Until.holds(
          "the ack is taken",
          Duration.ofSeconds(15),
          () -> wire.ack(held).getStatus() == SettleStatus.DONE);
      assertThat(wire.receive(topic, group, 1, Duration.ofSeconds(4))).isEmpty();
    }
  }

  @Test
  void D20_partitionsMoveToANewNodeAndBackWithoutLoss() throws Exception {
    try (Wire first = connect()) {
      Groups.createTopic(first, topic, 4, false);
      Set<String> expected = new HashSet<>();
      for (int i = 0; i < 200; i++) {
        first.send(topic, Messages.text("m" + i));
        expected.add("m" + i);
      }
      Set<String> seen = new HashSet<>();
      take(first, seen, 40);
      try (GatewayProcess second = own.anotherGateway();
          Wire other = Wire.connect(second.port())) {
        Until.holds(
            "the second node is given partitions",
            SOON,
            () -> {
              take(first, seen, 4);
              return take(other, seen, 4) > 0 || seen.size() == expected.size();
            });
        for (int i = 200; i < 300; i++) {
          first.send(topic, Messages.text("m" + i));
          expected.add("m" + i);
        }
        Until.holds("the second node has work", SOON, () -> take(other, seen, 4) > 0);
        second.kill();
      }
      Until.holds(
          "the first node delivers everything",
          Duration.ofSeconds(90),
          () -> {
            take(first, seen, 32);
            return seen.containsAll(expected);
          });
      assertThat(seen).isEqualTo(expected);
    }
  }

  private Wire connect() throws TException {
    return Wire.connect(own.gateway().port());
  }

  private int take(Wire wire, Set<String> seen, int max) throws TException {
    List<Delivery> deliveries = wire.receive(topic, group, max, Duration.ofMillis(300));
    seen.addAll(Messages.textsOf(deliveries));
    if (!deliveries.isEmpty()) {
      wire.ack(deliveries);
    }
    return deliveries.size();
  }

  private void sendWithin(Wire wire, String text, Duration deadline) throws TException {
    wire.produce()
        .send(
            new SendRequest()
                .setContext(Wire.within(deadline))
                .setTopic(topic)
                .setMessage(Messages.text(text)));
  }

  private boolean succeeds(Wire wire, String text) throws TException {
    sendWithin(wire, text, Duration.ofSeconds(2));
    return true;
  }

  /** Receives and acks until all of these have come. */
  private Set<String> receiveTexts(Wire wire, Set<String> wanted) throws Exception {
    Set<String> texts = new HashSet<>();
    Until.holds(
        wanted + " have come",
        SOON,
        () -> {
          List<Delivery> deliveries = wire.receive(topic, group, 32, Duration.ofMillis(500));
          texts.addAll(Messages.textsOf(deliveries));
          if (!deliveries.isEmpty()) {
            wire.ack(deliveries);
          }
          return texts.containsAll(wanted);
        });
    return texts;
  }
}
