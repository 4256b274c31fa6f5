package dev.headgate.server.metrics;

import com.codahale.metrics.Counter;
import dev.headgate.server.error.ErrorCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/** What is counted of the sends to a topic. Thread-safe; counting allocates nothing. */
public final class TopicMetrics implements Labelled.Entry {
  private final Counter sent;
  private final Counter indeterminate;
  private final Durations duration;
  private final Function<ErrorCode, Counter> refusals;
  private volatile Map<ErrorCode, Counter> refused = Map.of();

  TopicMetrics(
      Counter sent,
      Counter indeterminate,
      Durations duration,
      Function<ErrorCode, Counter> refusals) {
    this.sent = sent;
    this.indeterminate = indeterminate;
    this.duration = duration;
    this.refusals = refusals;
  }

  /** Acknowledged, after so long. */
  public void sent(long nanos) {
    sent.inc();
    duration.record(nanos);
  }

  /** Its outcome is unknown (D2). */
  public void indeterminate() {
    indeterminate.inc();
  }

  /** Failed with nothing stored. */
  public void refused(ErrorCode code) {
    Counter counter = refused.get(code);
    (counter == null ? firstRefused(code) : counter).inc();
  }

  private synchronized Counter firstRefused(ErrorCode code) {
    Map<ErrorCode, Counter> more = new EnumMap<>(ErrorCode.class);
    more.putAll(refused);
    Counter counter = more.computeIfAbsent(code, refusals);
    refused = more;
    return counter;
  }

  @Override
  public long activity() {
    return sent.getCount()
        + indeterminate.getCount()
        + refused.values().stream().mapToLong(Counter::getCount).sum();
  }

  @Override
  public boolean inUse() {
    return false;
  }
}
