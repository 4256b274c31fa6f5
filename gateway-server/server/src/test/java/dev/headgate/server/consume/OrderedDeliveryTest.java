package dev.headgate.server.consume;

import static dev.headgate.server.consume.ConsumeFixture.bodies;
import static dev.headgate.server.consume.ConsumeFixture.now;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.GatewayHeaders;
import dev.headgate.engine.Header;
import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrderedDeliveryTest {
  private final ConsumeFixture fixture = new ConsumeFixture();

  @BeforeEach
  void topic() {
    fixture.ordered = true;
    fixture.engine.topic("t", 1);
  }

  private void put(String... keysAndNumbers) {
    for (String each : keysAndNumbers) {
      fixture.put("t", 0, each.substring(0, 1), each);
    }
  }

  @Test
  void D19_noTwoMessagesOfAKeyAreLeasedAtOnce() {
    put("a1", "a2", "b1", "a3", "b2");

    List<Delivery> first = fixture.receive("t", 10);
    assertThat(bodies(first)).containsExactly("a1", "b1");
    assertThat(fixture.receive("t", 10)).isEmpty();

    fixture.ack(first.get(0));
    assertThat(bodies(fixture.receive("t", 10))).containsExactly("a2");
  }

  @Test
  void D19_retryOfAKeyComesBeforeItsNextMessageAndStopsNoOtherKey() {
    put("a1", "a2", "b1", "b2");
    List<Delivery> first = fixture.receive("t", 10);

    fixture.nack(first.get(0), Duration.ofSeconds(20));
    fixture.ack(first.get(1));

    assertThat(bodies(fixture.receive("t", 10))).containsExactly("b2");
    fixture.timer.advance(Duration.ofSeconds(21));
    List<Delivery> again = fixture.receive("t", 10);
    assertThat(bodies(again)).contains("a1").doesNotContain("a2");
    Delivery a1 =
        again.stream()
            .filter(d -> d.attempt() == 2 && bodies(List.of(d)).contains("a1"))
            .findFirst()
            .orElseThrow();
    fixture.ack(a1);
    assertThat(bodies(fixture.receive("t", 10))).contains("a2");
  }

  @Test
  void D19_lateAckOfAnExpiredLeaseIsRefused() {
    put("a1", "a2");
    Delivery expired = fixture.receive("t", 1).get(0);
    fixture.timer.advance(Duration.ofSeconds(12));
    Delivery second = fixture.receive("t", 1).get(0);

    assertThat(bodies(List.of(second))).containsExactly("a1");
    assertThat(fixture.ack(expired).status()).isEqualTo(SettleStatus.FENCED);
    assertThat(fixture.receive("t", 1)).isEmpty();
    assertThat(fixture.ack(second)).isEqualTo(Settled.DONE);
    assertThat(bodies(fixture.receive("t", 1))).containsExactly("a2");
  }

  @Test
  void D19_deadMessageLetsTheNextOfItsKeyGo() {
    put("a1", "a2");
    for (int i = 0; i < 4; i++) {
      fixture.nack(fixture.receive("t", 1).get(0), Duration.ZERO);
    }

    assertThat(bodies(fixture.receive("t", 1))).containsExactly("a2");
    assertThat(fixture.engine.stored(new TopicName("dead-g"))).hasSize(1);
  }

  @Test
  void D18_hundredConsumersOfHundredKeysAllGetWork() {
    List<PendingReceive> parked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      parked.add(fixture.park("t", 32));
    }
    for (int i = 0; i < 100; i++) {
      fixture.put("t", 0, "key" + i, "m" + i);
    }

    assertThat(parked).allSatisfy(p -> assertThat(now(p.result()).deliveries()).hasSize(1));
  }

  @Test
  void abandonedDeliveryOfAKeyIsNextAgain() {
    put("a1", "a2");
    PendingReceive gone = fixture.park("t", 1);
    now(gone.result());

    gone.abandon();

    assertThat(bodies(fixture.receive("t", 5))).containsExactly("a1");
  }

  @Test
  void messagesWithoutAKeyKeepTheOrderOfTheirPartition() {
    fixture.put("t", 0, null, "1");
    fixture.put("t", 0, null, "2");

    List<Delivery> first = fixture.receive("t", 5);

    assertThat(bodies(first)).containsExactly("1");
    fixture.ack(first.get(0));
    assertThat(bodies(fixture.receive("t", 5))).containsExactly("2");
  }

  @Test
  void D13_whatIsReplayedForOneGroupIsSettledForOthersAtOnce() {
    put("a1");
    Message foreign = fixture.message("a", "a2");
    fixture.engine.put(
        "t", 0, foreign.with(List.of(Header.of(GatewayHeaders.ONLY_FOR, "another")), null));
    put("a3");
    Message own = fixture.message("a", "a4");
    fixture.engine.put("t", 0, own.with(List.of(Header.of(GatewayHeaders.ONLY_FOR, "g")), null));

    for (String expected : List.of("a1", "a3", "a4")) {
      List<Delivery> deliveries = fixture.receive("t", 10);
      assertThat(bodies(deliveries)).containsExactly(expected);
      fixture.ack(deliveries.get(0));
    }

    assertThat(fixture.receive("t", 10)).isEmpty();
    fixture.timer.advance(Duration.ofSeconds(2));
    assertThat(fixture.engine.committed("t", "g", 0)).isEqualTo(4);
  }
}
