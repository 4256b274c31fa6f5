package dev.headgate.server.produce;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.Capability;
import dev.headgate.engine.DelayFacet;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.EngineHealth;
import dev.headgate.engine.EngineReader;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Header;
import dev.headgate.engine.Message;
import dev.headgate.engine.Partition;
import dev.headgate.engine.Position;
import dev.headgate.engine.ReaderListener;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.TopicAdmin;
import dev.headgate.engine.TopicName;
import dev.headgate.server.auth.Caller;
import dev.headgate.server.error.EngineErrors;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.error.Outcome;
import dev.headgate.server.metrics.GatewayMetrics;
import dev.headgate.server.routing.GroupPolicy;
import dev.headgate.server.routing.Route;
import dev.headgate.server.routing.RouteTable;
import dev.headgate.server.routing.TopicCreation;
import dev.headgate.server.routing.TopicRouting;
import dev.headgate.server.time.FakeTimer;
import dev.headgate.server.token.TokenSigner;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProducePipelineTest {
  private static final Caller CALLER = new Caller("test", "127.0.0.1:1", "");

  private final FakeTimer timer = new FakeTimer();
  private final AppendScript engine = new AppendScript();
  private boolean ordered;
  private final GatewayMetrics metrics = new GatewayMetrics(new MetricRegistry());
  private final ProducePipeline pipeline =
      new ProducePipeline(
          new TopicRouting(() -> new OneRoute()),
          new TopicCreation(),
          Map.of("c", engine),
          new TokenSigner(new byte[32]),
          timer,
          metrics);

  @Test
  void acknowledgedSendNamesMessageAndPosition() {
    Sent sent = send(command("hello", null)).join();

    assertThat(sent.messageId()).matches("[0-9A-F]{32}");
    assertThat(sent.position()).isEqualTo("t/0@7");
    assertThat(engine.appended).singleElement().extracting(Message::id).isEqualTo(sent.messageId());
  }

  @Test
  void D2_uncertainStoreIsUnknownAndNotRepeated() {
    engine.answers.add(new EngineException(Kind.UNCERTAIN, "slave not available"));

    GatewayException failure = failure(send(command("x", null)));

    assertThat(failure.code()).isEqualTo(ErrorCode.STORE_UNCERTAIN);
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(engine.appended).hasSize(1);
  }

  @Test
  void sendsAreCountedByOutcome() {
    send(command("x", null)).join();
    engine.answers.add(new EngineException(Kind.UNCERTAIN, "slave not available"));
    failure(send(command("y", null)));
    failure(send(command("z", null), Duration.ZERO));

    assertThat(metrics.registry().getCounters())
        .hasEntrySatisfying("headgate_sends_total{t}", c -> assertThat(c.getCount()).isOne())
        .hasEntrySatisfying(
            "headgate_sends_indeterminate_total{t}", c -> assertThat(c.getCount()).isOne())
        .hasEntrySatisfying(
            "headgate_sends_refused_total{t,DEADLINE_EXCEEDED}",
            c -> assertThat(c.getCount()).isOne());
  }

  @Test
  void D3_refusalsAreRetriedInsideTheDeadlineAndNeverPastIt() {
    for (int i = 0; i < 100; i++) {
      engine.answers.add(new EngineException(Kind.UNAVAILABLE, "no writable queue"));
    }

    CompletableFuture<Sent> answer = send(command("x", null), Duration.ofSeconds(3));
    timer.advance(Duration.ofSeconds(3));

    GatewayException failure = failure(answer);
    assertThat(failure.code()).isEqualTo(ErrorCode.ENGINE_UNAVAILABLE);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
    int tried = engine.appended.size();
    assertThat(tried).isBetween(4, 12);
    timer.advance(Duration.ofMinutes(1));
    assertThat(engine.appended).hasSize(tried);
  }

  @Test
  void D3_passedDeadlineStartsNothing() {
    GatewayException failure = failure(send(command("x", null), Duration.ZERO));

    assertThat(failure.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    assertThat(engine.appended).isEmpty();
  }

  @Test
  void refusedOnceIsSentAgain() {
    engine.answers.add(new EngineException(Kind.UNAVAILABLE, "no writable queue"));

    CompletableFuture<Sent> answer = send(command("x", null));
    timer.advance(Duration.ofMillis(20));

    assertThat(answer.join().position()).isEqualTo("t/0@7");
  }

  @Test
  void D4_badEntryHidesNoOther() {
    List<CompletionStage<Sent>> answers =
        pipeline.sendBatch(
            CALLER,
            "t",
            List.of(command("a", null), command("x".repeat(1001), null), command("b", null)),
            deadline(Duration.ofSeconds(1)));

    assertThat(answers.get(0).toCompletableFuture()).isCompleted();
    assertThat(failure(answers.get(1).toCompletableFuture()).code())
        .isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
    assertThat(answers.get(2).toCompletableFuture()).isCompleted();
  }

  @Test
  void D5_limitIsInclusiveAndTheRefusalNamesBothSizes() {
    assertThat(send(command("x".repeat(1000), null))).isCompleted();

    GatewayException failure = failure(send(command("x".repeat(1001), null)));

    assertThat(failure).hasMessageContaining("1001 bytes").hasMessageContaining("at most 1000");
    assertThat(failure.details())
        .containsEntry("sizeBytes", "1001")
        .containsEntry("limitBytes", "1000");
  }

  @Test
  void D42_illegalCommandsAreRefusedWithTheField() {
    ordered = true;
    assertThat(failure(send(command("x", null)))).hasMessageContaining("message.key is missing");
    ordered = false;
    assertThat(failure(send(command("x", "k".repeat(256)))))
        .hasMessageContaining("message.key: 256");
    assertThat(failure(send(withHeader("headgate-attempts")))).hasMessageContaining("is reserved");
    assertThat(failure(send(withHeader("")))).hasMessageContaining("a name of 0 bytes");
    assertThat(
            failure(
                    pipeline
                        .send(
                            CALLER, "no topic", command("x", null), deadline(Duration.ofSeconds(1)))
                        .toCompletableFuture())
                .code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(
            failure(
                    pipeline
                        .send(CALLER, "other", command("x", null), deadline(Duration.ofSeconds(1)))
                        .toCompletableFuture())
                .code())
        .isEqualTo(ErrorCode.UNKNOWN_TOPIC);
    assertThat(engine.appended).isEmpty();
  }

  @Test
  void D30_delayedMessageIsCancelledByItsHandle() {
    engine.delays = true;
    String handle = delayed(Duration.ofMinutes(1));

    assertThat(cancel("t", handle)).isCompleted();

    GatewayException again = failure(cancel("t", handle));
    assertThat(again.code()).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(again.details()).containsEntry("reason", "settled");
  }

  @Test
  void D30_dueMessageIsNotCancelledAndTheRefusalSaysWhy() {
    engine.delays = true;
    String handle = delayed(Duration.ofMinutes(1));
    timer.advance(Duration.ofMinutes(1));

    GatewayException failure = failure(cancel("t", handle));

    assertThat(failure.code()).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(failure).hasMessageContaining("too late");
    assertThat(failure.details()).containsEntry("reason", "due");
  }

  @Test
  void D30_handleThatIsNoneIsUnknown() {
    engine.delays = true;
    String handle = delayed(Duration.ofMinutes(1));

    for (String wrong :
        List.of("", "x", handle.substring(1), handle.replace(handle.charAt(9), '.'))) {
      GatewayException failure = failure(cancel("t", wrong));
      assertThat(failure.code()).isEqualTo(ErrorCode.NOT_FOUND);
      assertThat(failure.details()).containsEntry("reason", "unknown");
    }
    assertThat(failure(cancel("other", handle)).code()).isEqualTo(ErrorCode.NOT_FOUND);
  }

  @Test
  void D40_delayOnAnEngineWithoutItIsRefusedBeforeAnythingIsStored() {
    SendCommand delayed =
        new SendCommand(
            Bytes.utf8("x"), null, null, List.of(), null, timer.instant().plusSeconds(60));

    GatewayException failure = failure(send(delayed));

    assertThat(failure.code()).isEqualTo(ErrorCode.UNSUPPORTED);
    assertThat(failure).hasMessageContaining("'script'").hasMessageContaining("DELAY");
    assertThat(engine.appended).isEmpty();
  }

  @Test
  void D21_drainingNodeRefusesAndSaysThatNothingWasStored() {
    pipeline.drain();

    GatewayException failure = failure(send(command("x", null)));

    assertThat(failure.code()).isEqualTo(ErrorCode.DRAINING);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
  }

  private static SendCommand command(String body, @Nullable String key) {
    return new SendCommand(
        Bytes.utf8(body), key == null ? null : Bytes.utf8(key), null, List.of(), null, null);
  }

  private static SendCommand withHeader(String name) {
    return new SendCommand(Bytes.utf8("x"), null, null, List.of(Header.of(name, "v")), null, null);
  }

  private String delayed(Duration delay) {
    Sent sent =
        send(new SendCommand(
                Bytes.utf8("x"), null, null, List.of(), null, timer.instant().plus(delay)))
            .join();
    return Objects.requireNonNull(sent.delayHandle());
  }

  private CompletableFuture<Void> cancel(String topic, String handle) {
    return pipeline
        .cancel(CALLER, topic, handle, deadline(Duration.ofSeconds(5)))
        .toCompletableFuture();
  }

  private CompletableFuture<Sent> send(SendCommand command) {
    return send(command, Duration.ofSeconds(10));
  }

  private CompletableFuture<Sent> send(SendCommand command, Duration within) {
    return pipeline.send(CALLER, "t", command, deadline(within)).toCompletableFuture();
  }

  private long deadline(Duration within) {
    return timer.nanoTime() + within.toNanos();
  }

  private static GatewayException failure(CompletableFuture<?> answer) {
    assertThat(answer).isCompletedExceptionally();
    Throwable failure = EngineErrors.unwrap(answer.handle((sent, f) -> f).join());
    assertThat(failure).isInstanceOf(GatewayException.class);
    return (GatewayException) failure;
  }

  private final class OneRoute implements RouteTable {
    @Override
    public Optional<Route> route(TopicName topic) {
      return topic.value().equals("t")
          ? Optional.of(new Route("c", engine, ordered, 1000, Duration.ofDays(1), false, 1))
          : Optional.empty();
    }

    @Override
    public GroupPolicy group(GroupName group) {
      return GroupPolicy.DEFAULT;
    }
  }

  /** Fails appends as the script says, then stores. */
  private static final class AppendScript implements Engine, DelayFacet {
    boolean delays;
    final Set<String> waiting = new HashSet<>();
    final ArrayDeque<EngineException> answers = new ArrayDeque<>();
    final List<Message> appended = new ArrayList<>();

    @Override
    public String name() {
      return "script";
    }

    @Override
    public Set<Capability> capabilities() {
      return delays
          ? Set.of(Capability.LOG, Capability.DELAY, Capability.CANCEL_DELAY)
          : Set.of(Capability.LOG);
    }

    @Override
    public CompletionStage<Position> append(
        TopicName topic, Message message, AppendOptions options) {
      appended.add(message);
      EngineException failure = answers.poll();
      return failure == null
          ? CompletableFuture.completedStage(new Position(new Partition(topic, "0"), 7))
          : CompletableFuture.failedStage(failure);
    }

    @Override
    public Optional<DelayFacet> delay() {
      return delays ? Optional.of(this) : Optional.empty();
    }

    @Override
    public CompletionStage<String> appendDelayed(
        TopicName topic, Message message, AppendOptions options) {
      waiting.add(message.id());
      return CompletableFuture.completedStage(message.id());
    }

    @Override
    public CompletionStage<Boolean> cancel(TopicName topic, String handle, AppendOptions options) {
      return CompletableFuture.completedStage(waiting.remove(handle));
    }

    @Override
    public EngineReader openReader(ReaderSpec spec, ReaderListener listener) {
      throw new AssertionError("not used");
    }

    @Override
    public TopicAdmin topics() {
      throw new AssertionError("not used");
    }

    @Override
    public EngineHealth health() {
      return new EngineHealth(true, "");
    }

    @Override
    public void close() {}
  }
}
