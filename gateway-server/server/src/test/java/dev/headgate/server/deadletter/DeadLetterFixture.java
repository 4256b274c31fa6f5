package dev.headgate.server.deadletter;

import static dev.headgate.server.consume.ConsumeFixture.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.headgate.engine.GatewayHeaders;
import dev.headgate.engine.Header;
import dev.headgate.engine.Message;
import dev.headgate.server.consume.ConsumeFixture;
import dev.headgate.server.consume.FakeEngine;
import dev.headgate.server.deadletter.DeadLetterService.Done;
import dev.headgate.server.deadletter.DeadLetterService.Page;
import dev.headgate.server.deadletter.DeadLetterService.Selection;
import dev.headgate.server.error.EngineErrors;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.routing.DerivedTopicAppend;
import dev.headgate.server.routing.TopicCreation;
import dev.headgate.server.routing.TopicRouting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Dead letters of group {@code g} beside a delivery core, both on the same fake engine. */
final class DeadLetterFixture {
  static final String DEAD = "dead-g";
  static final String LEDGER = "retry-dead-g-headgate-dead-letters";
  static final String KEEPER = "headgate-dead-letters";

  final ConsumeFixture consume = new ConsumeFixture();
  final FakeEngine engine = consume.engine;
  final EngineDeadLetters letters =
      new EngineDeadLetters(
          Map.of("c", engine),
          new TopicRouting(() -> consume),
          new DerivedTopicAppend(new TopicCreation()),
          (topic, group) -> consume.core.lookForRetries(topic, group),
          consume.timer);

  DeadLetterFixture(int partitions) {
    engine.topic("t", 1);
    engine.topic(DEAD, partitions);
  }

  /** A letter as the gateway writes them. */
  void die(int partition, String topic, String body) {
    Message message = consume.message("k", body);
    List<Header> headers =
        List.of(
            Header.of("colour", "red"),
            Header.of(GatewayHeaders.ORIGIN_TOPIC, topic),
            Header.of(GatewayHeaders.ORIGIN_POSITION, "0@5"),
            Header.of(GatewayHeaders.ATTEMPTS, "4"),
            Header.of(GatewayHeaders.REASON, "because"),
            Header.of(GatewayHeaders.GROUP, "g"),
            Header.of(GatewayHeaders.DEAD_AT, "1234"));
    engine.put(DEAD, partition, message.with(headers, null));
  }

  void die(int count) {
    for (int i = 0; i < count; i++) {
      die(0, "t", "m" + i);
    }
  }

  long deadline() {
    return consume.timer.nanoTime() + Duration.ofSeconds(10).toNanos();
  }

  Page browse(@Nullable String topic, int max, @Nullable String page) {
    return now(letters.browse("g", topic, max, page, deadline()));
  }

  /** Bodies of all that are left, in order, over all pages. */
  List<String> left(int pageSize) {
    List<String> bodies = new ArrayList<>();
    String next = null;
    do {
      Page page = browse(null, pageSize, next);
      assertThat(page.letters()).hasSizeLessThanOrEqualTo(pageSize);
      page.letters().forEach(letter -> bodies.add(letter.message().body().toUtf8()));
      next = page.next();
    } while (next != null);
    return bodies;
  }

  String id(String body) {
    return browse(null, 1_000, null).letters().stream()
        .filter(letter -> letter.message().body().toUtf8().equals(body))
        .findFirst()
        .orElseThrow()
        .id();
  }

  Done replay(@Nullable String topic, @Nullable List<String> ids) {
    return now(letters.replay(new Selection("g", topic, ids), deadline()));
  }

  Done purge(@Nullable String topic, @Nullable List<String> ids) {
    return now(letters.purge(new Selection("g", topic, ids), deadline()));
  }

  static GatewayException failure(CompletionStage<?> stage) {
    assertThat(stage.toCompletableFuture()).isCompletedExceptionally();
    Throwable thrown = catchThrowable(() -> stage.toCompletableFuture().join());
    return (GatewayException) EngineErrors.unwrap(thrown);
  }
}
