package dev.headgate.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages with a time of delivery: D30. */
abstract class DelayRules extends ConformanceRules {
  @Test
  void D30_delayedMessageIsNeverEarlyAndSeldomLate() {
    Engine engine = engineWith(Capability.LOG, Capability.DELAY);
    TopicName topic = topic(engine, 2, TopicUse.DELAYED);
    Member member = reading("reader", engine, spec(topic, group()));
    member.awaitOwned(2);

    // Fractions of a second too: a timer that counts in seconds must round up, never down.
    List<Integer> extraMillis = List.of(0, 130, 260, 390, 520, 650, 780, 910);
    List<Instant> dueTimes = new ArrayList<>();
    for (int millis : extraMillis) {
      Instant dueAt = Instant.now().plus(harness().shortDelay()).plusMillis(millis);
      dueTimes.add(dueAt);
      append(engine, topic, Messages.delayed(dueAt.toString(), dueAt));
    }

    for (Received got : member.awaitReceived(dueTimes.size())) {
      Instant dueAt = Instant.parse(got.body());
      assertThat(Duration.between(dueAt, got.at()))
          .as("from the time of delivery to the delivery")
          .isBetween(Duration.ZERO, harness().lateness());
    }
    assertThat(member.received()).hasSize(dueTimes.size());
  }

  @Test
  void D30_delayedMessageHoldsBackNoOther() {
    Engine engine = engineWith(Capability.LOG, Capability.DELAY);
    TopicName topic = topic(engine, 1, TopicUse.DELAYED);
    Member member = reading("reader", engine, spec(topic, group()));
    member.awaitOwned(1);

    Instant dueAt = Instant.now().plus(harness().shortDelay()).plusSeconds(1);
    append(engine, topic, Messages.delayed("later", dueAt));
    append(engine, topic, Messages.text("now"));

    assertThat(member.awaitReceived(2)).extracting(Received::body).containsExactly("now", "later");
  }

  @Test
  void D30_timeOfDeliveryInThePastMeansAtOnce() {
    Engine engine = engineWith(Capability.LOG, Capability.DELAY);
    TopicName topic = topic(engine, 1, TopicUse.DELAYED);
    Member member = reading("reader", engine, spec(topic, group()));
    member.awaitOwned(1);

    append(engine, topic, Messages.delayed("due", Instant.now().minusSeconds(5)));

    assertThat(member.awaitReceived(1)).extracting(Received::body).containsExactly("due");
  }

  @Test
  void D30_delayedMessageArrivesByteForByte() {
    Engine engine = engineWith(Capability.LOG, Capability.DELAY);
    TopicName topic = topic(engine, 1, TopicUse.DELAYED);
    Member member = reading("reader", engine, spec(topic, group()));
    Instant dueAt = Instant.now().plus(harness().shortDelay());
    var sent = Messages.delayed("body", dueAt);

    append(engine, topic, sent);

    var got = member.awaitReceived(1).get(0).message();
    assertThat(got.id()).isEqualTo(sent.id());
    assertThat(got.body()).isEqualTo(sent.body());
    assertThat(got.headers()).isEqualTo(sent.headers());
  }
}
