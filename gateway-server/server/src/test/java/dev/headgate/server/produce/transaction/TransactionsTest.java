package dev.headgate.server.produce.transaction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.TopicName;
import dev.headgate.server.auth.Caller;
import dev.headgate.server.error.EngineErrors;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.error.Outcome;
import dev.headgate.server.metrics.GatewayMetrics;
import dev.headgate.server.produce.ProducePipeline;
import dev.headgate.server.produce.SendCommand;
import dev.headgate.server.routing.GroupPolicy;
import dev.headgate.server.routing.Route;
import dev.headgate.server.routing.RouteTable;
import dev.headgate.server.routing.TopicCreation;
import dev.headgate.server.routing.TopicRouting;
import dev.headgate.server.time.FakeTimer;
import dev.headgate.server.token.TokenSigner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TransactionsTest {
  private static final Caller CALLER = new Caller("test", "127.0.0.1:1", "");
  private static final TopicName TOPIC = new TopicName("t");
  private static final Duration LONG = Duration.ofSeconds(20);

  private final FakeTimer timer = new FakeTimer();
  private final FakeTransactionalEngine engine = new FakeTransactionalEngine();
  private final GatewayMetrics metrics = new GatewayMetrics(new MetricRegistry());
  private final TopicRouting routing = new TopicRouting(() -> new OneRoute(engine));
  private final Transactions node = node(new byte[32]);

  @Test
  void D31_preparedMessageIsEndedByItsIdThroughAnyNode() {
    Prepared one = value(prepare(node, "one"));
    Prepared two = value(prepare(node, "two"));
    Transactions other = node(new byte[32]);

    value(end(other, one.transactionId(), true));
    value(end(other, two.transactionId(), false));
    value(end(node, one.transactionId(), true));

    assertThat(engine.ended).containsExactly("commit half 0", "rollback half 1", "commit half 0");
    assertThat(one.messageId()).isNotEqualTo(two.messageId());
    assertThat(one.transactionId()).matches("[A-Za-z0-9_-]{1,4096}");
    assertThat(metrics.transactionsPrepared().getCount()).isEqualTo(2);
  }

  @Test
  void D31_idsThatAreNoneOfThisFleetAreUnknown() {
    String foreign =
        value(prepare(node("the secret of other people".getBytes(UTF_8)), "x")).transactionId();

    for (String wrong : List.of("", "x", foreign)) {
      assertThat(failure(end(node, wrong, true)).code()).isEqualTo(ErrorCode.NOT_FOUND);
    }
    assertThat(engine.ended).isEmpty();
  }

  @Test
  void D31_transactionThatTheEngineHasLostIsUnknown() {
    Prepared prepared = value(prepare(node, "x"));
    engine.halves.clear();

    GatewayException failure = failure(end(node, prepared.transactionId(), true));

    assertThat(failure.code()).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
  }

  @Test
  void D2_prepareThatMayHaveBeenStoredIsUnknown() {
    engine.failures.add(new EngineException(Kind.UNCERTAIN, "no answer"));

    GatewayException failure = failure(prepare(node, "x"));

    assertThat(failure.code()).isEqualTo(ErrorCode.STORE_UNCERTAIN);
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void D3_refusalsAreRetriedInsideTheDeadline() {
    Prepared prepared = value(prepare(node, "x"));
    engine.failures.add(new EngineException(Kind.UNAVAILABLE, "no broker"));

    CompletionStage<Void> end = end(node, prepared.transactionId(), true);
    timer.advance(Duration.ofSeconds(1));

    value(end);
    assertThat(engine.ended).hasSize(1);
  }

  @Test
  void D40_preparedMessageCannotBeDelayed() {
    GatewayException failure =
        failure(
            node.prepare(
                CALLER, "t", "g", command("x", timer.instant().plusSeconds(60)), deadline()));

    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(engine.halves).isEmpty();
  }

  @Test
  void D31_checkGoesToTheMemberThatWaitsAndToOneOnly() {
    PendingChecks first = poll("g", LONG);
    PendingChecks second = poll("g", LONG);

    engine.ask("g", TOPIC, "a", 1, false);

    PendingCheck check = value(first.result()).get(0);
    assertThat(check.message().body()).isEqualTo(Bytes.utf8("a"));
    assertThat(check.attempt()).isEqualTo(1);
    assertThat(second.result().toCompletableFuture()).isNotDone();
    value(end(node, check.transactionId(), true));
    assertThat(engine.ended).containsExactly("commit copy of a");
  }

  @Test
  void D31_checksWaitForTheNextPollAndAreBounded() {
    value(poll("g", Duration.ZERO).result());
    engine.ask("g", TOPIC, "a", 1, false);
    engine.ask("g", TOPIC, "b", 1, false);
    engine.ask("g", TOPIC, "a", 2, false);

    List<PendingCheck> checks = value(poll("g", LONG).result());

    assertThat(checks).extracting(PendingCheck::attempt).containsExactly(1, 2);
    assertThat(value(poll("g", Duration.ZERO).result())).isEmpty();
    String large = "x".repeat(1 << 20);
    for (int i = 0; i < 40; i++) {
      engine.ask("g", TOPIC, i + large, 1, false);
    }
    int held = 0;
    List<PendingCheck> more = value(poll("g", Duration.ZERO).result());
    while (!more.isEmpty()) {
      held += more.size();
      more = value(poll("g", Duration.ZERO).result());
    }
    assertThat(held).isBetween(10, 16);
  }

  @Test
  void D31_pollEndsAfterItsWait() {
    PendingChecks poll = poll("g", Duration.ofSeconds(3));

    timer.advance(Duration.ofSeconds(3));

    assertThat(value(poll.result())).isEmpty();
  }

  @Test
  void D31_checkThatItsMemberHasNotSeenGoesToTheNext() {
    PendingChecks gone = poll("g", LONG);
    engine.ask("g", TOPIC, "a", 1, false);

    gone.abandon();
    gone.abandon();

    assertThat(value(poll("g", Duration.ZERO).result())).hasSize(1);
    PendingChecks parked = poll("g", LONG);
    parked.abandon();
    engine.ask("g", TOPIC, "b", 1, false);
    assertThat(value(poll("g", Duration.ZERO).result())).hasSize(1);
  }

  @Test
  void D31_nobodyIsAskedAboutWhatHasEnded() {
    value(poll("g", Duration.ZERO).result());
    engine.ask("g", TOPIC, "a", 1, false);
    PendingCheck taken = value(poll("g", Duration.ZERO).result()).get(0);
    engine.ask("g", TOPIC, "a", 2, false);

    value(end(node, taken.transactionId(), false));

    assertThat(value(poll("g", Duration.ZERO).result())).isEmpty();
  }

  @Test
  void D31_groupIsAskedHereWhileItsMembersPollAndNotLonger() {
    assertThat(engine.listeners).isEmpty();
    PendingChecks parked = poll("g", Duration.ofMinutes(1));
    timer.advance(Duration.ofSeconds(59));
    assertThat(engine.listeners).containsOnlyKeys(new GroupName("g"));

    timer.advance(Duration.ofSeconds(2));
    assertThat(value(parked.result())).isEmpty();
    timer.advance(CheckDesk.IDLE.plusSeconds(10));
    assertThat(engine.listeners).isEmpty();

    value(poll("g", Duration.ZERO).result());
    assertThat(engine.listeners).containsOnlyKeys(new GroupName("g"));
  }

  @Test
  void D31_whatNobodyAnswersTheLastTimeIsCounted() {
    value(poll("g", Duration.ZERO).result());
    engine.ask("g", TOPIC, "answered", 15, true);
    engine.ask("g", TOPIC, "silent", 15, true);
    engine.ask("g", TOPIC, "not the last", 14, false);
    PendingCheck first = value(poll("g", Duration.ZERO).result()).get(0);
    value(end(node, first.transactionId(), true));
    assertThat(metrics.transactionsGivenUp().getCount()).isZero();

    timer.advance(CheckDesk.LAST_CHANCE);

    assertThat(metrics.transactionsGivenUp().getCount()).isEqualTo(1);
    assertThat(metrics.transactionChecks().getCount()).isEqualTo(3);
  }

  @Test
  void D21_drainingNodeEndsPollsAndIsNotAskedAnyMore() {
    Prepared prepared = value(prepare(node, "x"));
    PendingChecks parked = poll("g", LONG);

    node.drain();

    assertThat(value(parked.result())).isEmpty();
    assertThat(engine.listeners).isEmpty();
    assertThat(failure(poll("g", LONG).result()).code()).isEqualTo(ErrorCode.DRAINING);
    value(end(node, prepared.transactionId(), true));
  }

  private Transactions node(byte[] secret) {
    TokenSigner tokens = new TokenSigner(secret);
    Map<String, Engine> clusters = Map.of("c", engine);
    return new Transactions(
        new ProducePipeline(routing, new TopicCreation(), clusters, tokens, timer, metrics),
        routing,
        clusters,
        tokens,
        timer,
        metrics);
  }

  private CompletionStage<Prepared> prepare(Transactions at, String body) {
    return at.prepare(CALLER, "t", "g", command(body, null), deadline());
  }

  private CompletionStage<Void> end(Transactions at, String id, boolean commit) {
    return at.end(CALLER, id, commit, deadline());
  }

  private PendingChecks poll(String group, Duration wait) {
    return node.pendingChecks(CALLER, group, 16, 4 << 20, wait);
  }

  private static SendCommand command(String body, @Nullable Instant deliverAt) {
    return new SendCommand(Bytes.utf8(body), null, null, List.of(), null, deliverAt);
  }

  private long deadline() {
    return timer.nanoTime() + Duration.ofSeconds(10).toNanos();
  }

  private static <T> T value(CompletionStage<T> stage) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    assertThat(future).isCompleted();
    return future.join();
  }

  private static GatewayException failure(CompletionStage<?> stage) {
    CompletableFuture<?> future = stage.toCompletableFuture();
    assertThat(future).isCompletedExceptionally();
    Throwable failure = EngineErrors.unwrap(future.handle((value, f) -> f).join());
    assertThat(failure).isInstanceOf(GatewayException.class);
    return (GatewayException) failure;
  }

  private record OneRoute(Engine engine) implements RouteTable {
    @Override
    public Optional<Route> route(TopicName topic) {
      return topic.equals(TOPIC)
          ? Optional.of(new Route("c", engine, false, 2 << 20, Duration.ofDays(1), false, 1))
          : Optional.empty();
    }

    @Override
    public GroupPolicy group(GroupName group) {
      return GroupPolicy.DEFAULT;
    }
  }
}
