package dev.headgate.server.consume;

import static dev.headgate.server.consume.ConsumeFixture.bodies;
import static dev.headgate.server.consume.ConsumeFixture.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.engine.EngineException;
import dev.headgate.engine.GatewayHeaders;
import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnorderedDeliveryTest {
  private final ConsumeFixture fixture = new ConsumeFixture();

  @BeforeEach
  void topic() {
    fixture.engine.topic("t", 2);
  }

  private void put(int count) {
    for (int i = 0; i < count; i++) {
      fixture.put("t", i % 2, null, "m" + i);
    }
  }

  @Test
  void D10_leasedMessageIsGivenToNobodyElse() {
    put(4);

    List<Delivery> first = fixture.receive("t", 3);
    List<Delivery> second = fixture.receive("t", 3);

    assertThat(first).hasSize(3);
    assertThat(second).hasSize(1);
    assertThat(fixture.receive("t", 3)).isEmpty();
  }

  @Test
  void parkedReceiveIsWokenByArrival() {
    PendingReceive parked = fixture.park("t", 10);
    assertThat(parked.result().toCompletableFuture()).isNotDone();

    fixture.put("t", 0, null, "late");

    assertThat(bodies(now(parked.result()).deliveries())).containsExactly("late");
  }

  @Test
  void parkedReceiveIsAnsweredEmptyWhenItsWaitHasPassed() {
    PendingReceive parked = fixture.park("t", 10);

    fixture.timer.advance(Duration.ofSeconds(50));

    assertThat(now(parked.result()).deliveries()).isEmpty();
  }

  @Test
  void D11_positionNeverPassesAnUnackedMessage() {
    for (int i = 0; i < 5; i++) {
      fixture.put("t", 0, null, "m" + i);
    }
    List<Delivery> all = fixture.receive("t", 5);

    fixture.ack(all.get(1));
    fixture.ack(all.get(2));
    fixture.timer.advance(Duration.ofSeconds(2));
    assertThat(fixture.engine.committed("t", "g", 0)).isEqualTo(-1);

    fixture.ack(all.get(0));
    fixture.timer.advance(Duration.ofSeconds(2));
    assertThat(fixture.engine.committed("t", "g", 0)).isEqualTo(3);

    fixture.ack(all.get(4));
    fixture.ack(all.get(3));
    fixture.timer.advance(Duration.ofSeconds(2));
    assertThat(fixture.engine.committed("t", "g", 0)).isEqualTo(5);
  }

  @Test
  void D12_nackedMessageComesBackAfterTheDelayAskedFor() {
    put(1);
    Delivery first = fixture.receive("t", 1).get(0);
    assertThat(first.attempt()).isEqualTo(1);

    assertThat(fixture.nack(first, Duration.ofSeconds(3))).isEqualTo(Settled.DONE);

    fixture.timer.advance(Duration.ofMillis(2_990));
    assertThat(fixture.receive("t", 1)).isEmpty();
    fixture.timer.advance(Duration.ofMillis(50));
    assertThat(fixture.receive("t", 1)).singleElement().extracting(Delivery::attempt).isEqualTo(2);
  }

  @Test
  void D12_nackWithZeroDelayComesBackAtOnce() {
    put(1);

    fixture.nack(fixture.receive("t", 1).get(0), Duration.ZERO);

    assertThat(fixture.receive("t", 1)).singleElement().extracting(Delivery::attempt).isEqualTo(2);
  }

  @Test
  void D12_expiredLeaseComesBackAfterTheGroupsBackoff() {
    put(1);
    fixture.receive("t", 1);

    fixture.timer.advance(Duration.ofMillis(10_900));
    assertThat(fixture.receive("t", 1)).isEmpty();

    fixture.timer.advance(Duration.ofMillis(200));
    assertThat(fixture.receive("t", 1)).singleElement().extracting(Delivery::attempt).isEqualTo(2);
  }

  @Test
  void D13_messageGoesToDeadLettersAfterTheLastAttempt() {
    put(1);
    for (int attempt = 1; attempt <= 4; attempt++) {
      Delivery delivery = fixture.receive("t", 1).get(0);
      assertThat(delivery.attempt()).isEqualTo(attempt);
      fixture.nack(delivery, Duration.ZERO);
    }

    assertThat(fixture.receive("t", 1)).isEmpty();
    Message dead = fixture.engine.stored(new TopicName("dead-g")).get(0);
    assertThat(dead.body().toUtf8()).isEqualTo("m0");
    assertThat(dead.header(GatewayHeaders.ATTEMPTS)).isEqualTo("4");
    assertThat(dead.header(GatewayHeaders.REASON)).isEqualTo("because");
    assertThat(dead.header(GatewayHeaders.ORIGIN_TOPIC)).isEqualTo("t");
    assertThat(dead.header(GatewayHeaders.ORIGIN_POSITION)).isEqualTo("0@0");
    fixture.timer.advance(Duration.ofSeconds(2));
    assertThat(fixture.engine.committed("t", "g", 0)).isEqualTo(1);
  }

  @Test
  void D13_messageStaysUntilItsDeadLetterIsStored() {
    fixture.policy = policy(1);
    put(1);
    fixture.engine.topic("dead-g", 1);
    fixture.engine.appendFailures.add(
        new EngineException(EngineException.Kind.UNAVAILABLE, "down"));

    fixture.nack(fixture.receive("t", 1).get(0), Duration.ZERO);
    fixture.timer.advance(Duration.ofMillis(900));
    assertThat(fixture.engine.stored(new TopicName("dead-g"))).isEmpty();
    assertThat(fixture.engine.committed("t", "g", 0)).isEqualTo(-1);

    fixture.timer.advance(Duration.ofSeconds(2));
    assertThat(fixture.engine.stored(new TopicName("dead-g"))).hasSize(1);
    fixture.timer.advance(Duration.ofSeconds(2));
    assertThat(fixture.engine.committed("t", "g", 0)).isEqualTo(1);
  }

  private static dev.headgate.server.routing.GroupPolicy policy(int maxAttempts) {
    return new dev.headgate.server.routing.GroupPolicy(
        Duration.ofSeconds(10),
        ConsumeFixture.MAX_LEASE,
        maxAttempts,
        Duration.ofSeconds(1),
        Duration.ofMinutes(1),
        dev.headgate.engine.ReaderSpec.InitialPosition.EARLIEST,
        1 << 20);
  }

  @Test
  void D14_extendProlongsUpToTheMaximum() {
    put(1);
    Delivery delivery = fixture.receive("t", 1).get(0);

    for (int i = 0; i < 7; i++) {
      fixture.timer.advance(Duration.ofSeconds(8));
      assertThat(fixture.extend(delivery, Duration.ofSeconds(10)).status())
          .isEqualTo(SettleStatus.DONE);
    }

    // 56 s have passed, of 60.
    assertThat(fixture.extend(delivery, Duration.ofSeconds(10)).leaseFor())
        .isEqualTo(Duration.ofSeconds(4));
    assertThat(fixture.receive("t", 1)).isEmpty();
    fixture.timer.advance(Duration.ofSeconds(5));
    assertThat(fixture.extend(delivery, Duration.ofSeconds(10)).status())
        .isEqualTo(SettleStatus.EXPIRED);
  }

  @Test
  void D15_eachLeaseIsAnsweredForItself() {
    put(3);
    List<Delivery> all = fixture.receive("t", 3);
    fixture.nack(all.get(1), Duration.ofSeconds(1));
    byte[] forged = all.get(2).lease().clone();
    forged[20] ^= 1;

    List<Settled> answers =
        now(
            fixture.core.ack(
                ConsumeFixture.CALLER,
                List.of(
                    all.get(0).lease(),
                    all.get(1).lease(),
                    forged,
                    new byte[0],
                    "no".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                Long.MAX_VALUE));

    assertThat(answers)
        .extracting(Settled::status)
        .containsExactly(
            SettleStatus.DONE,
            SettleStatus.EXPIRED,
            SettleStatus.UNKNOWN,
            SettleStatus.UNKNOWN,
            SettleStatus.UNKNOWN);
  }

  @Test
  void D15_repeatedAckIsDoneAgain() {
    put(1);
    Delivery delivery = fixture.receive("t", 1).get(0);

    assertThat(fixture.ack(delivery)).isEqualTo(Settled.DONE);
    assertThat(fixture.ack(delivery)).isEqualTo(Settled.DONE);
  }

  @Test
  void D15_lateAckIsExpiredAndAfterRedeliveryFenced() {
    put(1);
    Delivery first = fixture.receive("t", 1).get(0);
    fixture.timer.advance(Duration.ofSeconds(11));

    assertThat(fixture.ack(first).status()).isEqualTo(SettleStatus.EXPIRED);
    fixture.timer.advance(Duration.ofSeconds(1));
    Delivery second = fixture.receive("t", 1).get(0);
    assertThat(fixture.ack(first).status()).isEqualTo(SettleStatus.FENCED);
    assertThat(fixture.ack(second)).isEqualTo(Settled.DONE);
    assertThat(fixture.ack(first).status()).isEqualTo(SettleStatus.EXPIRED);
  }

  @Test
  void D16_leaseOfACrashedRunSettlesItsMessage() {
    put(2);
    List<Delivery> all = fixture.receive("t", 2);
    fixture.engine.readers.clear();
    fixture.restarted();

    assertThat(fixture.ack(all.get(0))).isEqualTo(Settled.DONE);

    assertThat(bodies(fixture.receive("t", 2)))
        .containsExactlyElementsOf(bodies(all.subList(1, 2)));
  }

  @Test
  void D16_leaseOfACrashedRunIsFencedOnceItsMessageIsDeliveredAgain() {
    put(1);
    Delivery before = fixture.receive("t", 1).get(0);
    fixture.engine.readers.clear();
    fixture.restarted();
    Delivery again = fixture.receive("t", 1).get(0);

    assertThat(fixture.ack(before).status()).isEqualTo(SettleStatus.FENCED);
    assertThat(fixture.ack(again)).isEqualTo(Settled.DONE);
  }

  @Test
  void D17_stuckHeadIsMovedToTheRetryTopicSoThatTheOthersCommit() {
    for (int i = 0; i < 3; i++) {
      fixture.put("t", 0, null, "m" + i);
    }
    List<Delivery> all = fixture.receive("t", 3);
    fixture.ack(all.get(1));
    fixture.ack(all.get(2));
    Delivery stuck = all.get(0);
    for (int i = 0; i < 12; i++) {
      fixture.extend(stuck, Duration.ofSeconds(10));
      fixture.timer.advance(Duration.ofSeconds(5));
    }
    fixture.timer.advance(Duration.ofSeconds(2));

    assertThat(fixture.engine.stored(new TopicName("retry-t-g"))).hasSize(1);
    assertThat(fixture.engine.committed("t", "g", 0)).isEqualTo(3);
    Delivery again = fixture.receive("t", 1).get(0);
    assertThat(again.attempt()).isEqualTo(2);
    assertThat(again.message().headers()).isEmpty();
    assertThat(again.message().body().toUtf8()).isEqualTo("m0");
  }

  @Test
  void D17_longDelayGoesToTheRetryTopicAndIsNotEarly() {
    put(1);

    fixture.nack(fixture.receive("t", 1).get(0), Duration.ofSeconds(30));

    assertThat(fixture.engine.stored(new TopicName("retry-t-g"))).hasSize(1);
    fixture.timer.advance(Duration.ofMillis(29_900));
    assertThat(fixture.receive("t", 1)).isEmpty();
    fixture.timer.advance(Duration.ofMillis(200));
    assertThat(fixture.receive("t", 1)).singleElement().extracting(Delivery::attempt).isEqualTo(2);
  }

  @Test
  void D18_everyParkedReceiveGetsAShare() {
    List<PendingReceive> parked = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      parked.add(fixture.park("t", 32));
    }
    for (int i = 0; i < 8; i++) {
      fixture.put("t", i % 2, null, "m" + i);
    }

    assertThat(parked).allSatisfy(p -> assertThat(now(p.result()).deliveries()).hasSize(1));
  }

  @Test
  void D20_revokedPartitionWaitsForItsLeasesCommitsAndForgets() {
    put(4);
    List<Delivery> all = fixture.receive("t", 4);
    List<Delivery> moving = all.stream().filter(d -> d.position().startsWith("t/0@")).toList();

    var handedOver = fixture.engine.reader("t").revoke(0).toCompletableFuture();
    assertThat(handedOver).isNotDone();
    fixture.ack(moving.get(0));
    fixture.ack(moving.get(1));

    assertThat(handedOver).isDone();
    assertThat(fixture.engine.committed("t", "g", 0)).isEqualTo(2);
  }

  @Test
  void D20_handoverIsBoundedAndLateAckMovesNothing() {
    put(4);
    Delivery moving =
        fixture.receive("t", 4).stream()
            .filter(d -> d.position().startsWith("t/0@"))
            .findFirst()
            .orElseThrow();

    var handedOver = fixture.engine.reader("t").revoke(0).toCompletableFuture();
    fixture.timer.advance(Duration.ofSeconds(4));

    assertThat(handedOver).isDone();
    var late =
        fixture.core.ack(
            ConsumeFixture.CALLER,
            List.of(moving.lease()),
            fixture.timer.nanoTime() + Duration.ofSeconds(2).toNanos());
    fixture.timer.advance(Duration.ofSeconds(2));
    assertThat(now(late).get(0).status()).isEqualTo(SettleStatus.UNAVAILABLE);
    assertThat(fixture.engine.committed("t", "g", 0)).isEqualTo(-1);
  }

  @Test
  void D20_lostPartitionIsForgottenAndDeliveredAgainWhenItComesBack() {
    put(2);
    List<Delivery> all = fixture.receive("t", 2);
    FakeEngine.Reader reader = fixture.engine.reader("t");

    reader.lose(0);
    reader.assign(0);

    assertThat(fixture.receive("t", 2)).hasSize(1);
    assertThat(
            fixture
                .ack(
                    all.stream()
                        .filter(d -> d.position().startsWith("t/0@"))
                        .findFirst()
                        .orElseThrow())
                .status())
        .isEqualTo(SettleStatus.FENCED);
  }

  @Test
  void D21_drainWaitsForLeasesCommitsAndLeaves() {
    put(2);
    List<Delivery> all = fixture.receive("t", 2);
    PendingReceive parked = fixture.park("t", 1);

    var drained = fixture.core.drain(Duration.ofSeconds(30)).toCompletableFuture();

    assertThat(now(parked.result()).draining()).isTrue();
    assertThat(drained).isNotDone();
    assertThat(now(fixture.park("t", 1).result()).draining()).isTrue();
    all.forEach(d -> assertThat(fixture.ack(d)).isEqualTo(Settled.DONE));
    assertThat(drained).isCompletedWithValue(0);
    assertThat(fixture.engine.committed("t", "g", 0)).isEqualTo(1);
    assertThat(fixture.engine.committed("t", "g", 1)).isEqualTo(1);
    assertThat(fixture.engine.readers).isEmpty();
  }

  @Test
  void D21_drainGivesUpAfterItsGraceTime() {
    put(2);
    fixture.receive("t", 2);

    var drained = fixture.core.drain(Duration.ofSeconds(3)).toCompletableFuture();
    fixture.timer.advance(Duration.ofSeconds(3));
    fixture.timer.advance(Duration.ofSeconds(5));

    assertThat(drained).isCompletedWithValue(2);
    assertThat(fixture.engine.committed("t", "g", 0)).isEqualTo(-1);
  }

  @Test
  void D22_pullingPausesWhenTheBudgetIsSpentAndGoesOnWhenBytesAreFree() {
    String body = "x".repeat(60_000);
    for (int i = 0; i < 200; i++) {
      fixture.put("t", i % 2, null, body);
    }
    Delivery first = fixture.receive("t", 1).get(0);
    long held = fixture.metrics.heldBytes().getCount();

    // 12 MB are stored; the group may hold 1 MiB, and what two open fetches bring on top.
    assertThat(held).isLessThan(4L << 20);

    fixture.ack(first);
    int received = 1;
    List<Delivery> next = fixture.receive("t", 10);
    while (!next.isEmpty()) {
      assertThat(fixture.metrics.heldBytes().getCount()).isLessThan(4L << 20);
      next.forEach(fixture::ack);
      received += next.size();
      next = fixture.receive("t", 10);
    }
    assertThat(received).isEqualTo(200);
    assertThat(fixture.metrics.heldBytes().getCount()).isZero();
  }

  @Test
  void abandonedDeliveriesComeBackAtOnceAndInOrderWithTheSameAttempt() {
    fixture.receive("t", 1);
    put(2);
    PendingReceive gone = fixture.park("t", 2);
    List<String> sent = bodies(now(gone.result()).deliveries());

    gone.abandon();

    List<Delivery> again = fixture.receive("t", 2);
    assertThat(again).extracting(Delivery::attempt).containsOnly(1);
    assertThat(bodies(again)).containsExactlyInAnyOrderElementsOf(sent);
    gone.abandon();
    assertThat(fixture.receive("t", 2)).isEmpty();
  }

  @Test
  void idleSubscriptionLeavesItsGroupAndJoinsAgainWhenAsked() {
    put(1);
    fixture.ack(fixture.receive("t", 1).get(0));

    fixture.timer.advance(Duration.ofSeconds(80));
    assertThat(fixture.engine.readers).isEmpty();
    assertThat(fixture.core.views()).isEmpty();

    fixture.put("t", 0, null, "after");
    assertThat(bodies(fixture.receive("t", 5))).containsExactly("after");
  }

  @Test
  void D42_topicWithoutRouteIsRefused() {
    PendingReceive refused = fixture.park("no-route", 1);

    assertThatThrownBy(() -> refused.result().toCompletableFuture().join())
        .cause()
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC));
  }

  @Test
  void D42_missingTopicThatMayNotBeCreatedIsRefused() {
    fixture.autoCreate = false;

    PendingReceive refused = fixture.park("missing", 1);

    assertThatThrownBy(() -> refused.result().toCompletableFuture().join())
        .cause()
        .hasMessageContaining("topic 'missing'")
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC));
  }
}
