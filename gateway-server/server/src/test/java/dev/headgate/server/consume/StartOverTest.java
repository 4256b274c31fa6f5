package dev.headgate.server.consume;

import static dev.headgate.server.consume.ConsumeFixture.bodies;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A partition that no longer holds what was read: its broker has come back with an empty disk. */
class StartOverTest {
  private final ConsumeFixture fixture = new ConsumeFixture();

  @Test
  void D11_whatIsAckedAfterwardsIsCommitted() {
    fixture.engine.topic("t", 1);
    for (int i = 0; i < 5; i++) {
      fixture.put("t", 0, null, "old-" + i);
    }
    List<Delivery> old = fixture.receive("t", 5);
    old.subList(0, 3).forEach(fixture::ack);
    fixture.park("t", 1).abandon();

    fixture.engine.topic("t", 1);
    fixture.put("t", 0, null, "new-0");
    fixture.put("t", 0, null, "new-1");
    List<Delivery> fresh = fixture.receive("t", 5);

    assertThat(bodies(fresh)).containsExactly("new-0", "new-1");
    assertThat(fixture.ack(old.get(3)).status()).isEqualTo(SettleStatus.FENCED);
    fresh.forEach(each -> assertThat(fixture.ack(each).status()).isEqualTo(SettleStatus.DONE));
    fixture.timer.advance(Duration.ofSeconds(2));
    assertThat(fixture.engine.commits.get("t/0/g")).isEqualTo(2);
    assertThat(fixture.metrics.heldBytes().getCount()).isZero();
  }
}
