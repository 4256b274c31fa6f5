package dev.headgate.server.consume;

import static dev.headgate.server.consume.ConsumeFixture.bodies;
import static dev.headgate.server.consume.ConsumeFixture.now;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.Filter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases of a run that has ended, of a topic that has changed meanwhile. */
class LeaseFromBeforeTest {
  private final ConsumeFixture fixture = new ConsumeFixture();

  @BeforeEach
  void store() {
    fixture.engine.topic("t", 1);
  }

  @Test
  void D1_ackOfAMessageThatIsGoneSettlesNotTheOneThatComesToLieThere() {
    fixture.put("t", 0, null, "old");
    Delivery old = fixture.receive("t", 1).get(0);
    fixture.engine.topic("t", 1);
    fixture.put("t", 0, null, "new");
    fixture.engine.readers.clear();
    fixture.restarted();

    fixture.ack(old);

    assertThat(bodies(fixture.receive("t", 1))).containsExactly("new");
  }

  @Test
  void D15_ackOfAMessageThatIsGoneIsFencedByTheOneThatLiesThereNow() {
    fixture.put("t", 0, null, "old-0");
    fixture.put("t", 0, null, "old-1");
    List<Delivery> old = fixture.receive("t", 2);
    fixture.engine.topic("t", 1);
    fixture.put("t", 0, null, "new-0");
    fixture.put("t", 0, null, "new-1");
    fixture.engine.readers.clear();
    fixture.restarted();
    fixture.receive("t", 1);

    assertThat(fixture.ack(old.get(1)).status()).isEqualTo(SettleStatus.FENCED);
    assertThat(bodies(fixture.receive("t", 1))).containsExactly("new-1");
  }

  @Test
  void D15_expiredLeaseIsExpiredWhereverItsMessageHasGone() {
    fixture.put("t", 0, null, "m");
    fixture.put("t", 0, null, "n");
    Delivery late = fixture.receive("t", 1).get(0);
    fixture.engine.committed.put("t/0/g", 1L);
    fixture.engine.readers.clear();
    fixture.restarted();
    fixture.receive("t", 1);
    fixture.timer.advance(Duration.ofSeconds(11));

    assertThat(fixture.ack(late).status()).isEqualTo(SettleStatus.EXPIRED);
  }

  @Test
  void D16_ackBeforeTheFirstReceiveDoesNotChooseTheFilter() {
    fixture.put("t", 0, null, "m");
    Filter tags = new Filter.Tags(Set.of("a"));
    Delivery held = now(receive(tags).result()).deliveries().get(0);
    fixture.engine.readers.clear();
    fixture.restarted();

    assertThat(fixture.ack(held).status()).isEqualTo(SettleStatus.DONE);
    receive(tags);

    assertThat(fixture.engine.readers).hasSize(1);
    assertThat(fixture.engine.reader("t").spec.filter()).isEqualTo(tags);
  }

  private PendingReceive receive(Filter filter) {
    return fixture.core.receive(
        ConsumeFixture.CALLER,
        new ReceiveCommand("t", "g", 1, 0, Duration.ofSeconds(50), null, filter, null),
        Long.MAX_VALUE);
  }
}
