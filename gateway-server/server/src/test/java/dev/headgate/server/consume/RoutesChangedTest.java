package dev.headgate.server.consume;

import static dev.headgate.server.consume.ConsumeFixture.bodies;
import static dev.headgate.server.consume.ConsumeFixture.now;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.ReaderSpec.InitialPosition;
import dev.headgate.server.routing.GroupPolicy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a reload of the configuration does to subscriptions that are open. */
class RoutesChangedTest {
  private final ConsumeFixture fixture = new ConsumeFixture();

  @BeforeEach
  void store() {
    fixture.engine.topic("t", 1);
    for (int i = 0; i < 4; i++) {
      fixture.put("t", 0, "k", "m" + i);
    }
  }

  @Test
  void nothingHappensWhereNothingHasChanged() {
    Delivery held = fixture.receive("t", 1).get(0);

    assertThat(fixture.core.routesChanged()).isZero();
    assertThat(fixture.ack(held).status()).isEqualTo(SettleStatus.DONE);
  }

  @Test
  void otherRulesHoldForTheNextLease() {
    Delivery before = fixture.receive("t", 1).get(0);
    assertThat(before.leaseFor()).isEqualTo(Duration.ofSeconds(10));
    fixture.policy =
        new GroupPolicy(
            Duration.ofSeconds(20),
            ConsumeFixture.MAX_LEASE,
            1,
            Duration.ZERO,
            Duration.ZERO,
            InitialPosition.EARLIEST,
            1 << 20);

    assertThat(fixture.core.routesChanged()).isEqualTo(1);

    Delivery after = fixture.receive("t", 1).get(0);
    assertThat(after.leaseFor()).isEqualTo(Duration.ofSeconds(20));
    fixture.nack(after, Duration.ZERO);
    assertThat(fixture.engine.stored(new dev.headgate.engine.TopicName("dead-g")))
        .as("after its only attempt")
        .hasSize(1);
    assertThat(fixture.ack(before).status()).isEqualTo(SettleStatus.DONE);
  }

  @Test
  void D20_subscriptionOfATopicThatIsNowOrderedMakesPlaceForAnother() {
    List<Delivery> held = fixture.receive("t", 2);
    PendingReceive parked = fixture.park("t2", 1);
    fixture.ordered = true;

    fixture.core.routesChanged();

    assertThat(parked.result().toCompletableFuture()).isDone();
    assertThat(now(fixture.park("t", 1).result()).deliveries())
        .as("while the old one waits for its leases")
        .isEmpty();
    held.forEach(
        delivery -> assertThat(fixture.ack(delivery).status()).isEqualTo(SettleStatus.DONE));
    assertThat(fixture.engine.committed("t", "g", 0)).isEqualTo(2);
    assertThat(bodies(fixture.receive("t", 4)))
        .as("one message of a key at a time")
        .containsExactly("m2");
    assertThat(fixture.engine.reader("t").spec.ordered()).isTrue();
  }
}
