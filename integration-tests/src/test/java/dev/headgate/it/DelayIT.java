package dev.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.idl.gateway.CancelRequest;
import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.Message;
import dev.headgate.idl.gateway.SendResult;
import dev.headgate.it.harness.Wire;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule D30: delayed messages come at their time, and outlive the broker. */
@Timeout(150)
class DelayIT extends ThroughGateway {
  private static final Duration LATE_AT_MOST = Duration.ofSeconds(1);
  private static final int[] DELAYS_SECONDS = {1, 2, 3, 5, 8, 12};

  @Test
  void D30_delayedMessagesAreNeverEarlyAndAtMostASecondLate() throws Exception {
    // The group is there before the messages, so that joining it costs none of them time.
    wire.send(topic, Messages.text("first"));
    wire.ack(wire.receiveAll(topic, group, 1, SOON));
    Map<String, Long> dueMillis = new HashMap<>();
    for (int seconds : DELAYS_SECONDS) {
      long due = System.currentTimeMillis() + seconds * 1_000L;
      dueMillis.put("after-" + seconds, due);
      wire.send(topic, Messages.text("after-" + seconds).setDeliverAtMillis(due));
    }

    int arrived = 0;
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (arrived < DELAYS_SECONDS.length && System.nanoTime() - deadline < 0) {
      for (Delivery delivery : wire.receive(topic, group, 10, Duration.ofSeconds(5))) {
        long now = System.currentTimeMillis();
        String text = Messages.textsOf(List.of(delivery)).get(0);
        assertThat(now - dueMillis.getOrDefault(text, Long.MAX_VALUE))
            .as("milliseconds after the time of %s", text)
            .isBetween(0L, LATE_AT_MOST.toMillis());
        wire.ack(delivery);
        arrived++;
      }
    }
    assertThat(arrived).isEqualTo(DELAYS_SECONDS.length);
  }

  @Test
  void D30_delayOf30DaysOutlivesACrashOfTheBroker() throws Exception {
    try (OwnGateway own = OwnGateway.start("delay");
        Wire mine = Wire.connect(own.gateway().port())) {
      long month = Duration.ofDays(30).toMillis();
      SendResult far = mine.send("x-far", Messages.text("in a month").setDelayMillis(month));
      Message soon = Messages.text("soon").setDelayMillis(8_000);
      mine.send("x-far", soon);

      own.cluster().broker().kill();
      own.cluster().broker().restart(true);

      assertThat(Messages.textsOf(mine.receiveAll("x-far", "readers", 1, Duration.ofSeconds(40))))
          .as("what is due comes, and nothing else")
          .containsExactly("soon");
      // Only a message that the broker still has can be cancelled.
      mine.produce()
          .cancel(new CancelRequest("x-far", far.getDelayHandle()).setContext(Wire.within(SOON)));
    }
  }
}
