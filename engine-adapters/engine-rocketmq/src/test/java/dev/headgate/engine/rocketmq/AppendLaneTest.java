package dev.headgate.engine.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.engine.Bytes;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.EngineSettings;
import dev.headgate.engine.Position;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AppendLaneTest {
  private static final TopicName TOPIC = new TopicName("orders");
  private static final long FAR = System.nanoTime() + Duration.ofHours(1).toNanos();
  private static final long PAST = System.nanoTime() - 1;

  private final FakeOutlet outlet = new FakeOutlet();

  @Test
  void whatComesWhileRequestsAreOpenGoesOutTogether() {
    AppendLane lane = oneAtATime();

    lane.add(append("a"));
    lane.add(append("b"));
    lane.add(append("c"));
    assertThat(outlet.sent).hasSize(1);
    lane.finished(outlet.sent.get(0), List.of());

    assertThat(bodies(outlet.sent.get(0))).containsExactly("a");
    assertThat(bodies(outlet.sent.get(1))).containsExactly("b", "c");
  }

  @Test
  void unorderedRequestsGoRoundTheQueues() {
    AppendLane lane = unordered("batchesInFlight", "8");

    for (int i = 0; i < 4; i++) {
      lane.add(append("m" + i));
    }

    assertThat(outlet.sent)
        .extracting(AppendRequest::queue)
        .containsExactly(
            new Queue("a", 0), new Queue("a", 1), new Queue("b", 0), new Queue("a", 0));
  }

  @Test
  void failingBrokerIsAvoidedWhileAnotherWorks() {
    outlet.broken.add("a");
    AppendLane lane = unordered("batchesInFlight", "2");

    lane.add(append("m"));

    assertThat(outlet.sent.get(0).queue().broker()).isEqualTo("b");
  }

  @Test
  void D6_orderedLaneHasOneRequestOpen() {
    AppendLane lane = lane(new Queue("a", 1));

    lane.add(append("a"));
    lane.add(append("b"));
    assertThat(outlet.sent).hasSize(1);
    lane.finished(outlet.sent.get(0), List.of());

    assertThat(outlet.sent).hasSize(2);
    assertThat(outlet.sent).extracting(AppendRequest::queue).containsOnly(new Queue("a", 1));
  }

  @Test
  void D6_whatIsSentOnceMoreGoesBeforeWhatWaits() {
    AppendLane lane = lane(new Queue("a", 1));
    lane.add(append("a"));
    lane.add(append("b"));

    lane.finished(outlet.sent.get(0), outlet.sent.get(0).appends());

    assertThat(bodies(outlet.sent.get(1))).containsExactly("a", "b");
  }

  @Test
  void batchKeepsToItsLimits() {
    AppendLane lane = oneAtATime("maxBatchMessages", "2");
    for (String body : List.of("a", "b", "c", "d")) {
      lane.add(append(body));
    }

    lane.finished(outlet.sent.get(0), List.of());

    assertThat(bodies(outlet.sent.get(1))).containsExactly("b", "c");
  }

  @Test
  void messageThatMayNotShareGoesAlone() {
    AppendLane lane = oneAtATime();
    lane.add(append("a"));
    lane.add(append("b"));
    lane.add(append("alone").alone());
    lane.add(append("c"));

    lane.finished(outlet.sent.get(0), List.of());
    lane.finished(outlet.sent.get(1), List.of());
    lane.finished(outlet.sent.get(2), List.of());

    assertThat(outlet.sent)
        .extracting(AppendLaneTest::bodies)
        .containsExactly(List.of("a"), List.of("b"), List.of("alone"), List.of("c"));
    assertThat(outlet.sent.get(2).isBatch()).isFalse();
  }

  @Test
  void D3_overdueAppendIsNotSent() {
    AppendLane lane = unordered();

    PendingAppend late = append("late", PAST);
    lane.add(late);

    assertThat(outlet.sent).isEmpty();
    assertThat(failure(late).kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
  }

  @Test
  void D2_deadlineTellsWhetherItWasSent() {
    AppendLane lane = oneAtATime();
    PendingAppend sent = append("sent");
    PendingAppend waiting = append("waiting");
    lane.add(sent);
    lane.add(waiting);

    assertThat(lane.sweep(FAR + 1)).isTrue();

    assertThat(failure(sent).kind()).isEqualTo(Kind.UNCERTAIN);
    assertThat(failure(waiting).kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
  }

  @Test
  void topicWithoutQueuesFailsAtOnce() {
    outlet.route = new Route(TOPIC, List.of(), List.of(), Map.of("a", "a:1"), 0);
    AppendLane lane = unordered();

    PendingAppend append = append("m");
    lane.add(append);

    assertThat(failure(append).kind()).isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void idleLaneNeedsNoSweeping() {
    AppendLane lane = unordered();
    lane.add(append("m"));
    assertThat(outlet.busy).hasSize(1);

    lane.finished(outlet.sent.get(0), List.of());

    assertThat(lane.sweep(System.nanoTime())).isFalse();
  }

  @Test
  void deadlineMustBeToldToTheCaller() {
    PendingAppend append = append("m");
    append.failUnsent();

    assertThatThrownBy(() -> append.answer().join()).hasCauseInstanceOf(EngineException.class);
  }

  private static EngineException failure(PendingAppend append) {
    assertThat(append.answer()).isCompletedExceptionally();
    return BrokerAnswer.unwrap(append.answer().handle((position, failure) -> failure).join());
  }

  private AppendLane oneAtATime(String... more) {
    outlet.route = new Route(TOPIC, List.of(), List.of(new Queue("a", 0)), Map.of("a", "a:1"), 0);
    List<String> all = new ArrayList<>(List.of(more));
    all.addAll(List.of("batchesInFlight", "1"));
    return unordered(all.toArray(String[]::new));
  }

  private AppendLane unordered(String... settings) {
    return new AppendLane(TOPIC, null, settings(settings), outlet);
  }

  private AppendLane lane(Queue queue) {
    return new AppendLane(TOPIC, queue, settings(), outlet);
  }

  private static RocketMqSettings settings(String... settings) {
    Map<String, String> values = new java.util.HashMap<>(Map.of("nameServers", "n:9876"));
    for (int i = 0; i < settings.length; i += 2) {
      values.put(settings[i], settings[i + 1]);
    }
    return RocketMqSettings.of(new EngineSettings("test", "", values));
  }

  private static PendingAppend append(String body) {
    return append(body, FAR);
  }

  private static PendingAppend append(String body, long deadlineNanos) {
    return new PendingAppend(
        TOPIC,
        new EncodedMessage(Bytes.utf8(body), new byte[0], 0, 0, false, true),
        deadlineNanos,
        1,
        new CompletableFuture<Position>());
  }

  private static List<String> bodies(AppendRequest request) {
    return request.appends().stream().map(append -> append.message().body().toUtf8()).toList();
  }

  private static final class FakeOutlet implements AppendLane.Outlet {
    final List<AppendRequest> sent = new ArrayList<>();
    final Set<String> broken = new HashSet<>();
    final List<AppendLane> busy = new ArrayList<>();
    @Nullable Route route =
        new Route(
            TOPIC,
            List.of(),
            List.of(new Queue("a", 0), new Queue("a", 1), new Queue("b", 0)),
            Map.of("a", "a:1", "b", "b:1"),
            0);

    @Override
    public void send(AppendLane lane, AppendRequest request) {
      sent.add(request);
    }

    @Override
    public @Nullable Route route(TopicName topic) {
      return route;
    }

    @Override
    public boolean isBroken(String broker) {
      return broken.contains(broker);
    }

    @Override
    public void busy(AppendLane lane) {
      busy.add(lane);
    }
  }
}
