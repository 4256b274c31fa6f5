package dev.headgate.server.consume;

import static dev.headgate.server.consume.ConsumeFixture.bodies;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.GatewayHeaders;
import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Moves to the retry and dead-letter topics that the engine does not make easy. */
class MovesTest {
  private static final TopicName RETRIES = new TopicName("retry-t-g");
  private static final TopicName DEAD = new TopicName("dead-g");

  private final ConsumeFixture fixture = new ConsumeFixture();

  @BeforeEach
  void store() {
    fixture.engine.topic("t", 1);
    fixture.put("t", 0, null, "m");
  }

  @Test
  void D13_deadLetterThatIsTooLargeGoesWithoutItsReason() {
    for (int i = 0; i < 3; i++) {
      fixture.nack(fixture.receive("t", 1).get(0), Duration.ZERO);
    }
    fixture.engine.topic(DEAD.value(), 1);
    fixture.engine.appendFailures.add(new EngineException(Kind.MESSAGE_TOO_LARGE, "properties"));

    fixture.nack(fixture.receive("t", 1).get(0), Duration.ZERO);
    assertThat(fixture.engine.stored(DEAD)).isEmpty();
    fixture.timer.advance(Duration.ofSeconds(2));

    assertThat(fixture.engine.stored(DEAD))
        .singleElement()
        .satisfies(letter -> assertThat(letter.header(GatewayHeaders.REASON)).isEmpty());
    fixture.timer.advance(Duration.ofSeconds(2));
    assertThat(fixture.engine.committed("t", "g", 0)).isEqualTo(1);
  }

  @Test
  void D13_deadLetterThatIsRefusedForEverIsKeptAndTriedMoreAndMoreRarely() {
    for (int i = 0; i < 3; i++) {
      fixture.nack(fixture.receive("t", 1).get(0), Duration.ZERO);
    }
    for (int i = 0; i < 1_000; i++) {
      fixture.engine.appendFailures.add(new EngineException(Kind.PERMISSION_DENIED, "no"));
    }

    fixture.nack(fixture.receive("t", 1).get(0), Duration.ZERO);
    for (int i = 0; i < 600; i++) {
      fixture.timer.advance(Duration.ofSeconds(1));
    }

    assertThat(fixture.engine.committed("t", "g", 0)).isEqualTo(-1);
    assertThat(1_000 - fixture.engine.appendFailures.size()).isBetween(8, 20);
  }

  @Test
  void D12_delayThatTheBrokerRefusesIsWaitedForHere() {
    fixture.engine.appendFailures.add(new EngineException(Kind.INVALID_ARGUMENT, "too long"));

    fixture.nack(fixture.receive("t", 1).get(0), Duration.ofDays(5));

    assertThat(fixture.engine.stored(RETRIES)).isEmpty();
    fixture.timer.advance(ConsumeFixture.MAX_LEASE.minusMillis(100));
    assertThat(fixture.receive("t", 1)).isEmpty();
    fixture.timer.advance(Duration.ofMillis(200));
    assertThat(fixture.receive("t", 1)).singleElement().extracting(Delivery::attempt).isEqualTo(2);
  }

  @Test
  void D12_delayLongerThanBrokersHoldIsWaitedForInRounds() {
    List<Message> held = new ArrayList<>();
    fixture.engine.delayed = held;
    fixture.engine.topic(RETRIES.value(), 1);
    Instant due = fixture.timer.instant().plus(Duration.ofDays(3));

    fixture.nack(fixture.receive("t", 1).get(0), Duration.ofDays(3));

    for (int day = 1; day <= 3; day++) {
      assertThat(held).hasSize(1);
      assertThat(held.get(0).deliverAt()).isEqualTo(due.minus(Duration.ofDays(3 - day)));
      fixture.timer.advance(Duration.ofDays(1));
      assertThat(fixture.receive("t", 1)).isEmpty();
      fixture.engine.put(RETRIES.value(), 0, held.remove(0));
    }
    List<Delivery> again = fixture.receive("t", 1);
    assertThat(bodies(again)).containsExactly("m");
    assertThat(again.get(0).attempt()).isEqualTo(2);
  }
}
