package dev.headgate.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.MetricRegistry;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.TopicName;
import dev.headgate.server.error.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class GatewayMetricsTest {
  private static final Duration FORGET = Duration.ofMinutes(10);
  private static final long MINUTE = 60_000;

  private final MetricRegistry registry = new MetricRegistry();
  private final GatewayMetrics metrics =
      new GatewayMetrics(registry, new MetricsConfig(2, 2, FORGET));

  @Test
  void namesFollowTheConventions() {
    for (MetricFamily family : MetricFamily.values()) {
      assertThat(family.exposedName()).matches("headgate_[a-z_]+");
      assertThat(family.exposedName().endsWith("_total"))
          .as(family.exposedName())
          .isEqualTo(family.kind() == MetricFamily.Kind.COUNTER);
      assertThat(family.help()).isNotBlank().doesNotEndWith(".");
      assertThat(MetricFamily.named(family.exposedName())).isSameAs(family);
    }
  }

  @Test
  void seriesIsReadFromItsKey() {
    Series series = Series.of(MetricFamily.ACKS, "orders", "billing");

    assertThat(series).hasToString("headgate_acks_total{orders,billing}");
    assertThat(Series.parse(series.toString())).isEqualTo(series);
    assertThat(Series.parse("headgate_connections_open"))
        .isEqualTo(Series.of(MetricFamily.CONNECTIONS_OPEN));
    assertThat(Series.parse("somebody.elses")).isNull();
    assertThatThrownBy(() -> Series.of(MetricFamily.ACKS, "orders"))
        .hasMessageContaining("expected: [topic, group]");
  }

  @Test
  void topicsPastTheBoundShareOneLabel() {
    for (String topic : List.of("a", "b", "c", "d")) {
      metrics.topic(new TopicName(topic)).sent(1);
    }

    assertThat(count("headgate_sends_total{a}")).isEqualTo(1);
    assertThat(count("headgate_sends_total{b}")).isEqualTo(1);
    assertThat(count("headgate_sends_total{(other)}")).isEqualTo(2);
    assertThat(registry.getCounters()).doesNotContainKey("headgate_sends_total{c}");
    assertThat(metrics.total(MetricFamily.SENDS)).isEqualTo(4);
  }

  @Test
  void pairsPastTheBoundShareOneLabel() {
    for (String group : List.of("a", "b", "c", "d")) {
      group(group).leased(1, 5);
    }

    assertThat(count("headgate_leases_open{t,a}")).isEqualTo(1);
    assertThat(count("headgate_leases_open{(other),(other)}")).isEqualTo(2);
    int series = registry.getMetrics().size();
    for (int i = 0; i < 1_000; i++) {
      group("more" + i).nacked();
    }
    assertThat(registry.getMetrics()).hasSize(series);
  }

  @Test
  void topicThatIsCalledOtherIsNotTheOthers() {
    metrics.topic(new TopicName("other")).sent(1);

    assertThat(count("headgate_sends_total{other}")).isEqualTo(1);
    assertThat(count("headgate_sends_total{(other)}")).isZero();
  }

  @Test
  void nameThatIsNoTopicTakesNoLabel() {
    metrics.knownTopic(new TopicName("typo")).refused(ErrorCode.UNKNOWN_TOPIC);
    metrics.noTopic().refused(ErrorCode.INVALID_ARGUMENT);

    assertThat(count("headgate_sends_refused_total{(other),UNKNOWN_TOPIC}")).isEqualTo(1);
    assertThat(count("headgate_sends_refused_total{(other),INVALID_ARGUMENT}")).isEqualTo(1);
  }

  @Test
  void idleTopicIsForgottenAndItsPlaceIsFree() {
    metrics.topic(new TopicName("a")).sent(1);
    metrics.topic(new TopicName("a")).refused(ErrorCode.OVERLOADED);
    metrics.topic(new TopicName("b")).sent(1);
    metrics.forgetIdle(0);
    metrics.topic(new TopicName("b")).sent(1);
    metrics.forgetIdle(5 * MINUTE);
    metrics.forgetIdle(10 * MINUTE);

    assertThat(registry.getMetrics().keySet()).noneMatch(key -> key.contains("{a"));
    assertThat(count("headgate_sends_total{b}")).isEqualTo(2);
    metrics.topic(new TopicName("c")).sent(1);
    assertThat(count("headgate_sends_total{c}")).isEqualTo(1);
    metrics.forgetIdle(15 * MINUTE);
    assertThat(registry.getMetrics().keySet()).noneMatch(key -> key.contains("{b"));
    metrics.topic(new TopicName("a")).sent(1);
    assertThat(count("headgate_sends_total{a}")).as("begins again").isEqualTo(1);
  }

  @Test
  void groupIsKeptWhileItsSubscriptionIsOpen() {
    GroupMetrics.Backlog subscription =
        new GroupMetrics.Backlog() {
          @Override
          public long oldestMillis() {
            return 2_500;
          }

          @Override
          public long messages() {
            return 7;
          }
        };
    group("a").opened(subscription);
    metrics.forgetIdle(0);
    metrics.forgetIdle(60 * MINUTE);
    assertThat(registry.getGauges())
        .hasEntrySatisfying(
            "headgate_oldest_unacked_seconds{t,a}",
            gauge -> assertThat(gauge.getValue()).isEqualTo(2.5))
        .hasEntrySatisfying(
            "headgate_lag_messages{t,a}", gauge -> assertThat(gauge.getValue()).isEqualTo(7L));

    group("a").closed(subscription);
    metrics.forgetIdle(65 * MINUTE);
    assertThat(registry.getGauges()).containsKey("headgate_oldest_unacked_seconds{t,a}");
    metrics.forgetIdle(70 * MINUTE);
    assertThat(registry.getMetrics().keySet()).noneMatch(key -> key.contains("{t,a"));
  }

  @Test
  void durationsFallIntoTheirBuckets() {
    Durations durations = Durations.ofSends();
    for (long millis : new long[] {-5, 1, 2, 3, 30_000}) {
      durations.record(millis * 1_000_000);
    }

    assertThat(durations.boundsSeconds())
        .startsWith(0.001, 0.002, 0.005)
        .endsWith(Double.POSITIVE_INFINITY);
    assertThat(durations.counts()).startsWith(2, 1, 1, 0).endsWith(1);
    assertThat(durations.sumSeconds()).isEqualTo(30.006);
  }

  private GroupMetrics group(String group) {
    return metrics.group(new TopicName("t"), new GroupName(group));
  }

  private long count(String key) {
    return Objects.requireNonNull(registry.getCounters().get(key), key).getCount();
  }
}
