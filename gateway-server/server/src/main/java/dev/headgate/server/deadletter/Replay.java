package dev.headgate.server.deadletter;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.GatewayHeaders;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Header;
import dev.headgate.engine.Message;
import dev.headgate.engine.Position;
import dev.headgate.engine.TopicName;
import dev.headgate.server.error.EngineErrors;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.error.Stages;
import dev.headgate.server.routing.DerivedTopicAppend;
import dev.headgate.server.routing.Route;
import dev.headgate.server.routing.TopicRouting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Writes dead letters to where their group reads them again, with attempt 1: to its retry topic,
 * or, for an ordered topic, of which a group reads no retries, to the topic itself, for this group
 * only. Thread-safe.
 */
final class Replay {
  private final GroupName group;
  private final TopicRouting routing;
  private final DerivedTopicAppend append;
  private final RetryReaders readers;

  Replay(GroupName group, TopicRouting routing, DerivedTopicAppend append, RetryReaders readers) {
    this.group = group;
    this.routing = routing;
    this.append = append;
    this.readers = readers;
  }

  /**
   * Writes copies; for each letter in turn, completes with nothing when its copy is stored, else
   * with the failure. Letters of ordered topics are written one after another.
   */
  CompletionStage<List<Optional<GatewayException>>> copy(List<Letter> letters, TimeLimit limit) {
    List<CompletionStage<Optional<GatewayException>>> copies = new ArrayList<>(letters.size());
    CompletionStage<?> before = Stages.done();
    for (Letter letter : letters) {
      CompletionStage<Optional<GatewayException>> copy;
      if (isOrdered(letter)) {
        copy = before.thenCompose(done -> copy(letter, limit));
        before = copy;
      } else {
        copy = copy(letter, limit);
      }
      copies.add(copy);
    }
    return Stages.all(copies);
  }

  private boolean isOrdered(Letter letter) {
    String topic = letter.originTopic();
    try {
      return topic != null && routing.route(routing.topic(topic)).ordered();
    } catch (GatewayException e) {
      return false;
    }
  }

  private CompletionStage<Optional<GatewayException>> copy(Letter letter, TimeLimit limit) {
    return Stages.guarded("topic '" + letter.originTopic() + "'", () -> store(letter, limit))
        .handle(
            (position, failure) ->
                failure == null
                    ? Optional.empty()
                    : Optional.of(EngineErrors.map(failure, "dead letter")));
  }

  private CompletionStage<Position> store(Letter letter, TimeLimit limit) {
    String origin = letter.originTopic();
    if (origin == null) {
      return CompletableFuture.failedStage(
          new GatewayException(
              ErrorCode.FAILED_PRECONDITION, "it does not say which topic it came from"));
    }
    TopicName topic = routing.topic(origin);
    Route route = routing.route(topic);
    Message message = letter.message();
    List<Header> headers = headers(message);
    if (route.ordered()) {
      headers.add(Header.of(GatewayHeaders.ONLY_FOR, group.value()));
      return route
          .engine()
          .append(
              topic,
              message.with(headers, null),
              new AppendOptions(message.key() != null, limit.deadlineNanos()));
    }
    return append
        .append(
            route,
            route.engine().topics().retryTopic(topic, group),
            message.with(headers, null),
            limit.deadlineNanos())
        .thenApply(
            position -> {
              readers.lookForRetries(topic, group);
              return position;
            });
  }

  /** The service's own, and where the message came from. */
  private static List<Header> headers(Message message) {
    List<Header> headers = new ArrayList<>(message.headers().size() + 1);
    for (Header header : message.headers()) {
      if (!header.name().startsWith(Header.RESERVED_PREFIX)
          || header.name().equals(GatewayHeaders.ORIGIN_TOPIC)
          || header.name().equals(GatewayHeaders.ORIGIN_POSITION)) {
        headers.add(header);
      }
    }
    return headers;
  }
}
