package dev.headgate.server.consume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.server.metrics.MetricFamily;
import dev.headgate.server.routing.GroupPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the metrics of a group say after what has happened to it. */
class GroupCountsTest {
  private final ConsumeFixture fixture = new ConsumeFixture();

  @BeforeEach
  void topic() {
    fixture.engine.topic("t", 1);
  }

  @Test
  void everyTurnOfALeaseIsCounted() {
    for (int i = 0; i < 3; i++) {
      fixture.put("t", 0, null, "m" + i);
    }
    List<Delivery> first = fixture.receive("t", 3);
    assertThat(total(MetricFamily.LEASES_OPEN)).isEqualTo(3);
    assertThat(total(MetricFamily.PREFETCHED)).isEqualTo(6 + 3 * 512);

    fixture.ack(first.get(0));
    fixture.nack(first.get(1), Duration.ZERO);
    fixture.timer.advance(Duration.ofSeconds(11)); // the third runs out, and waits for its back-off
    List<Delivery> again = fixture.receive("t", 3);

    assertThat(total(MetricFamily.DELIVERIES)).isEqualTo(3 + again.size());
    assertThat(total(MetricFamily.REDELIVERIES)).isEqualTo(again.size());
    assertThat(total(MetricFamily.ACKS)).isEqualTo(1);
    assertThat(total(MetricFamily.NACKS)).isEqualTo(1);
    assertThat(total(MetricFamily.LEASES_EXPIRED)).isEqualTo(1);
    assertThat(total(MetricFamily.RETRIES)).isEqualTo(2);
    assertThat(total(MetricFamily.LEASES_OPEN)).isEqualTo(again.size());
    again.forEach(fixture::ack);
    fixture.timer.advance(Duration.ofSeconds(3));
    fixture.receive("t", 3).forEach(fixture::ack);
    assertThat(total(MetricFamily.ACKS)).isEqualTo(3);
    assertThat(total(MetricFamily.LEASES_OPEN)).isZero();
    assertThat(total(MetricFamily.PREFETCHED)).isZero();
    assertThat(total(MetricFamily.DEAD_LETTERS)).isZero();
    assertThat(total(MetricFamily.POSSIBLE_DUPLICATES)).isZero();
  }

  @Test
  void D11_acksThatWereNotCommittedWhenThePartitionWentAreCounted() {
    for (int i = 0; i < 4; i++) {
      fixture.put("t", 0, null, "m" + i);
    }
    List<Delivery> all = fixture.receive("t", 4);
    fixture.ack(all.get(0));
    fixture.ack(all.get(2));

    fixture.engine.reader("t").lose(0);

    assertThat(count("headgate_possible_duplicates_total{t,g,ack-uncommitted}")).isEqualTo(2);
    assertThat(count("headgate_possible_duplicates_total{t,g,lease-lost}")).isEqualTo(2);
    assertThat(total(MetricFamily.LEASES_OPEN)).isZero();
  }

  @Test
  void parkedReceivesAreCountedWhileTheyWait() {
    PendingReceive parked = fixture.park("t", 1);
    assertThat(total(MetricFamily.RECEIVES_PARKED)).isEqualTo(1);

    parked.abandon();
    assertThat(total(MetricFamily.RECEIVES_PARKED)).isZero();
  }

  @Test
  void oldestUnackedMessageTellsItsAge() {
    assertThat(oldest()).isNull();
    fixture.put("t", 0, null, "first");
    fixture.timer.advance(Duration.ofSeconds(7));
    fixture.put("t", 0, null, "second");
    List<Delivery> both = fixture.receive("t", 2);
    Object before = oldest();

    assertThat(before).isNotEqualTo(0.0);
    fixture.ack(both.get(1));
    assertThat(oldest()).isEqualTo(before);
    fixture.ack(both.get(0));
    assertThat(oldest()).isEqualTo(0.0);
  }

  @Test
  void lagCountsWhatIsNotSettled() {
    for (int i = 0; i < 5; i++) {
      fixture.put("t", 0, null, "m" + i);
    }
    List<Delivery> first = fixture.receive("t", 2);
    assertThat(lag()).isEqualTo(5L);

    fixture.ack(first.get(0));
    assertThat(lag()).isEqualTo(4L);
    fixture.receive("t", 3).forEach(fixture::ack);
    assertThat(lag()).as("the second is not settled, and what lies behind it waits").isEqualTo(4L);
    fixture.ack(first.get(1));
    assertThat(lag()).isEqualTo(0L);
  }

  @Test
  void lagOfWhatIsNotReadIsLookedUp() {
    fixture.policy = withLeastPrefetch(fixture.policy);
    fixture.put("t", 0, null, "x".repeat(70_000));
    fixture.receive("t", 1);
    fixture.put("t", 0, null, "not read");
    fixture.put("t", 0, null, "nor this");
    assertThat(lag()).isEqualTo(1L);

    fixture.timer.advance(Duration.ofSeconds(10));

    assertThat(lag()).isEqualTo(3L);
  }

  private static GroupPolicy withLeastPrefetch(GroupPolicy policy) {
    return new GroupPolicy(
        policy.lease(),
        policy.maxLease(),
        policy.maxAttempts(),
        policy.backoffInitial(),
        policy.backoffMax(),
        policy.initial(),
        64 << 10);
  }

  private @Nullable Object lag() {
    return gauge("headgate_lag_messages{t,g}");
  }

  private @Nullable Object oldest() {
    return gauge("headgate_oldest_unacked_seconds{t,g}");
  }

  private @Nullable Object gauge(String key) {
    var gauge = fixture.metrics.registry().getGauges().get(key);
    return gauge == null ? null : gauge.getValue();
  }

  private long total(MetricFamily family) {
    return fixture.metrics.total(family);
  }

  private long count(String key) {
    return Objects.requireNonNull(fixture.metrics.registry().getCounters().get(key)).getCount();
  }
}
