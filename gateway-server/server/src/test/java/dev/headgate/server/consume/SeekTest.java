package dev.headgate.server.consume;

import static dev.headgate.server.consume.ConsumeFixture.bodies;
import static dev.headgate.server.consume.ConsumeFixture.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.engine.Capability;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.Partition;
import dev.headgate.engine.TopicName;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Moving a group (D24), while its clients go on. */
class SeekTest {
  private final ConsumeFixture fixture = new ConsumeFixture();

  @BeforeEach
  void store() {
    fixture.engine.topic("t", 1);
    for (int i = 0; i < 5; i++) {
      fixture.put("t", 0, null, "m" + i);
    }
  }

  @Test
  void D24_groupThatReadsGoesBackToTheStart() {
    fixture.receive("t", 5).forEach(fixture::ack);

    now(seek(new SeekTarget.Start()));

    assertThat(bodies(fixture.receive("t", 5))).containsExactly("m0", "m1", "m2", "m3", "m4");
  }

  @Test
  void D24_parkedReceiveGetsWhatTheGroupWasMovedTo() {
    fixture.receive("t", 5).forEach(fixture::ack);
    PendingReceive parked = fixture.park("t", 10);

    now(seek(new SeekTarget.To("t/0@3")));

    assertThat(bodies(now(parked.result()).deliveries())).containsExactly("m3", "m4");
  }

  @Test
  void D24_groupSkipsToTheEnd() {
    fixture.receive("t", 1);

    now(seek(new SeekTarget.End()));
    fixture.put("t", 0, null, "new");

    assertThat(bodies(fixture.receive("t", 5))).containsExactly("new");
  }

  @Test
  void D24_groupThatNobodyReadsHereIsMoved() {
    now(seek(new SeekTarget.To("0@2")));

    assertThat(bodies(fixture.receive("t", 5))).containsExactly("m2", "m3", "m4");
  }

  @Test
  void D24_groupIsMovedByTime() {
    fixture.receive("t", 5).forEach(fixture::ack);

    now(seek(new SeekTarget.At(Instant.EPOCH)));
    assertThat(fixture.receive("t", 5)).hasSize(5);
    now(seek(new SeekTarget.At(fixture.engine.storedAt("t", 0, 3))));
    assertThat(bodies(fixture.receive("t", 5))).containsExactly("m3", "m4");
  }

  @Test
  void D24_leaseFromBeforeHasNoEffectAfterwards() {
    List<Delivery> before = fixture.receive("t", 5);
    now(seek(new SeekTarget.Start()));

    assertThat(fixture.ack(before.get(0)).status()).isEqualTo(SettleStatus.FENCED);
    assertThat(fixture.nack(before.get(1), Duration.ZERO).status()).isEqualTo(SettleStatus.FENCED);
    assertThat(bodies(fixture.receive("t", 5))).containsExactly("m0", "m1", "m2", "m3", "m4");
    fixture.timer.advance(Duration.ofSeconds(2));
    assertThat(fixture.engine.committed("t", "g", 0)).isZero();
  }

  @Test
  void D11_whatWasAckedInOtherPartitionsStaysAcked() {
    fixture.engine.topic("two", 2);
    fixture.put("two", 0, null, "a0");
    fixture.put("two", 0, null, "a1");
    fixture.put("two", 1, null, "b0");
    fixture.receive("two", 3).forEach(fixture::ack);

    now(
        fixture.core.seek(
            ConsumeFixture.CALLER,
            "two",
            "g",
            new SeekTarget.To("two/0@1"),
            fixture.timer.nanoTime() + 1_000_000_000L));

    assertThat(bodies(fixture.receive("two", 5))).containsExactly("a1");
  }

  @Test
  void D20_topicThatMovesWhileTheGroupIsMovedIsReadOnceOnly() {
    fixture.receive("t", 1);
    CompletableFuture<Void> slow = new CompletableFuture<>();
    fixture.engine.seekGate = slow;
    CompletionStage<Void> moving = seek(new SeekTarget.Start());
    fixture.park("t", 1);

    fixture.ordered = true;
    fixture.core.routesChanged();
    slow.complete(null);

    now(moving);
    assertThat(bodies(fixture.receive("t", 1))).containsExactly("m0");
    assertThat(fixture.engine.readers).hasSize(1);
    assertThat(fixture.engine.reader("t").spec.ordered()).isTrue();
  }

  @Test
  void D21_drainedNodeDoesNotJoinAgainAfterAMove() {
    fixture.receive("t", 1).forEach(fixture::ack);
    CompletableFuture<Void> slow = new CompletableFuture<>();
    fixture.engine.seekGate = slow;
    seek(new SeekTarget.Start());

    fixture.core.drain(Duration.ZERO);
    slow.complete(null);

    assertThat(fixture.engine.readers).isEmpty();
  }

  @Test
  void D24_planMovesNothing() {
    fixture.receive("t", 2).forEach(fixture::ack);

    Map<Partition, Long> plan = now(fixture.core.groupSeek().plan("t", "g", new SeekTarget.End()));

    assertThat(plan).containsExactly(Map.entry(new Partition(new TopicName("t"), "0"), 5L));
    assertThat(bodies(fixture.receive("t", 1))).containsExactly("m2");
  }

  @Test
  void groupGoesOnWhereItWasWhenTheEngineCannotMoveIt() {
    fixture.receive("t", 2).forEach(fixture::ack);
    fixture.timer.advance(Duration.ofSeconds(2));
    fixture.engine.seekFailures.add(new EngineException(Kind.UNAVAILABLE, "the broker is away"));

    assertFails(seek(new SeekTarget.Start()), ErrorCode.ENGINE_UNAVAILABLE, "the broker is away");

    assertThat(bodies(fixture.receive("t", 5))).containsExactly("m2", "m3", "m4");
  }

  @Test
  void D42_positionThatIsNoneIsRefused() {
    assertFails(
        seek(new SeekTarget.To("nonsense")),
        ErrorCode.INVALID_ARGUMENT,
        "target.position: 'nonsense'");
    assertFails(
        seek(new SeekTarget.To("t/0@6")),
        ErrorCode.INVALID_ARGUMENT,
        "expected: an offset from 0 to 5");
    assertFails(
        seek(new SeekTarget.To("t/7@1")), ErrorCode.INVALID_ARGUMENT, "one of the partitions 0");
  }

  @Test
  void D40_engineThatCannotSeekIsNamed() {
    fixture.engine.capabilities.remove(Capability.SEEK);

    assertFails(seek(new SeekTarget.Start()), ErrorCode.UNSUPPORTED, "SEEK");
  }

  @Test
  void drainingNodeMovesNothing() {
    now(fixture.core.drain(Duration.ZERO));

    assertFails(seek(new SeekTarget.Start()), ErrorCode.DRAINING, "stopping");
  }

  private CompletionStage<Void> seek(SeekTarget target) {
    return fixture.core.seek(
        ConsumeFixture.CALLER, "t", "g", target, fixture.timer.nanoTime() + 1_000_000_000L);
  }

  private static void assertFails(CompletionStage<?> stage, ErrorCode code, String text) {
    assertThatThrownBy(() -> now(stage))
        .cause()
        .isInstanceOfSatisfying(
            GatewayException.class, failure -> assertThat(failure.code()).isEqualTo(code))
        .hasMessageContaining(text);
  }
}
