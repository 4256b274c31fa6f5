package dev.headgate.server.consume;

import dev.headgate.engine.Capability;
import dev.headgate.engine.GatewayHeaders;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Header;
import dev.headgate.engine.Message;
import dev.headgate.engine.Position;
import dev.headgate.engine.TopicName;
import dev.headgate.server.routing.DerivedTopicAppend;
import dev.headgate.server.routing.Route;
import dev.headgate.server.routing.TopicCreation;
import dev.headgate.server.time.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Writes messages to a group's retry and dead-letter topics. First the copy is stored, then the
 * original is settled, by the caller: a crash in between repeats a message and loses none (D13).
 * Thread-safe.
 */
final class MessageMover {
  private static final Duration APPEND_TIMEOUT = Duration.ofSeconds(10);

  /**
   * As long as an engine is asked to hold a retry: brokers have limits of their own (RocketMQ's
   * timer: three days), and a message that comes before it is due is sent round once more.
   */
  private static final Duration LONGEST_ENGINE_WAIT = Duration.ofDays(1);

  private final TopicName topic;
  private final GroupName group;
  private final Route route;
  private final DerivedTopicAppend append;
  private final Timer timer;
  private final TopicName retryTopic;
  private final TopicName deadLetterTopic;

  MessageMover(TopicName topic, GroupName group, Route route, TopicCreation creation, Timer timer) {
    this.topic = topic;
    this.group = group;
    this.route = route;
    this.append = new DerivedTopicAppend(creation);
    this.timer = timer;
    this.retryTopic = route.engine().topics().retryTopic(topic, group);
    this.deadLetterTopic = route.engine().topics().deadLetterTopic(group);
  }

  TopicName retryTopic() {
    return retryTopic;
  }

  /** Completes when the copy is stored. */
  CompletionStage<Position> toRetryTopic(
      Message message, Position from, int attempts, String reason, Duration delay) {
    long now = timer.millis();
    Instant due = Instant.ofEpochMilli(now + delay.toMillis());
    List<Header> headers = origin(message, from, attempts, reason);
    headers.add(Header.of(GatewayHeaders.DUE, Long.toString(due.toEpochMilli())));
    boolean engineWaits =
        !delay.isZero() && route.engine().capabilities().contains(Capability.DELAY);
    Instant visible =
        Instant.ofEpochMilli(now + Math.min(delay.toMillis(), LONGEST_ENGINE_WAIT.toMillis()));
    return append(retryTopic, message.with(headers, engineWaits ? visible : null));
  }

  /** Completes when the copy is stored. */
  CompletionStage<Position> toDeadLetters(
      Message message, Position from, int attempts, String reason) {
    List<Header> headers = origin(message, from, attempts, reason);
    headers.add(Header.of(GatewayHeaders.GROUP, group.value()));
    headers.add(Header.of(GatewayHeaders.DEAD_AT, Long.toString(timer.millis())));
    return append(deadLetterTopic, message.with(headers, null));
  }

  private List<Header> origin(Message message, Position from, int attempts, String reason) {
    String originTopic = message.header(GatewayHeaders.ORIGIN_TOPIC);
    String originPosition = message.header(GatewayHeaders.ORIGIN_POSITION);
    List<Header> headers = new ArrayList<>(message.headers().size() + 6);
    for (Header header : message.headers()) {
      if (!header.name().startsWith(Header.RESERVED_PREFIX)) {
        headers.add(header);
      }
    }
    headers.add(
        Header.of(GatewayHeaders.ORIGIN_TOPIC, originTopic == null ? topic.value() : originTopic));
    headers.add(
        Header.of(
            GatewayHeaders.ORIGIN_POSITION,
            originPosition == null ? from.partition().id() + "@" + from.offset() : originPosition));
    headers.add(Header.of(GatewayHeaders.ATTEMPTS, Integer.toString(attempts)));
    headers.add(Header.of(GatewayHeaders.REASON, reason));
    return headers;
  }

  private CompletionStage<Position> append(TopicName target, Message message) {
    return append.append(route, target, message, timer.nanoTime() + APPEND_TIMEOUT.toNanos());
  }
}
