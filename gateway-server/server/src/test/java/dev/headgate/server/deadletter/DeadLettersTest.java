package dev.headgate.server.deadletter;

import static dev.headgate.server.consume.ConsumeFixture.bodies;
import static dev.headgate.server.consume.ConsumeFixture.now;
import static dev.headgate.server.deadletter.DeadLetterFixture.DEAD;
import static dev.headgate.server.deadletter.DeadLetterFixture.KEEPER;
import static dev.headgate.server.deadletter.DeadLetterFixture.LEDGER;
import static dev.headgate.server.deadletter.DeadLetterFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.Capability;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.GatewayHeaders;
import dev.headgate.engine.Header;
import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import dev.headgate.server.consume.Delivery;
import dev.headgate.server.deadletter.DeadLetterService.Done;
import dev.headgate.server.deadletter.DeadLetterService.Page;
import dev.headgate.server.deadletter.DeadLetterService.Selection;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.error.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
  private static final TopicName RETRIES = new TopicName("retry-t-g");

  private final DeadLetterFixture fixture = new DeadLetterFixture(2);

  @Test
  void D13_browsingTellsWhatTheGroupGaveUp() {
    fixture.die(1, "t", "poison");

    Page page = fixture.browse(null, 32, null);

    assertThat(page.next()).isNull();
    DeadLetter letter = page.letters().get(0);
    assertThat(page.letters()).hasSize(1);
    assertThat(letter.id()).isEqualTo("c:1@0");
    assertThat(letter.topic()).isEqualTo("t");
    assertThat(letter.attempts()).isEqualTo(4);
    assertThat(letter.reason()).isEqualTo("because");
    assertThat(letter.deadAt()).isEqualTo(Instant.ofEpochMilli(1234));
    assertThat(letter.origin()).isEqualTo("0@5");
    assertThat(letter.message().body().toUtf8()).isEqualTo("poison");
  }

  @Test
  void D13_groupWithoutDeadLettersHasNone() {
    assertThat(now(fixture.letters.browse("x", null, 32, null, fixture.deadline())))
        .isEqualTo(new Page(List.of(), null));
    assertThat(
            now(fixture.letters.purge(new Selection("x", null, null), fixture.deadline())).count())
        .isZero();
  }

  @Test
  void D13_pagesGoFromTheOldestOnOverAllPartitions() {
    for (int i = 0; i < 100; i++) {
      fixture.die(i % 3 == 0 ? 0 : 1, "t", "m" + i);
    }

    List<String> inOrder = java.util.stream.IntStream.range(0, 100).mapToObj(i -> "m" + i).toList();
    assertThat(fixture.left(7)).isEqualTo(inOrder);
    assertThat(fixture.left(1_000)).isEqualTo(inOrder);
    assertThat(fixture.left(50)).isEqualTo(inOrder);
  }

  @Test
  void D13_browsingCanBeOfOneTopic() {
    fixture.die(0, "t", "1");
    fixture.die(0, "u", "2");
    fixture.die(0, "t", "3");

    assertThat(fixture.browse("u", 32, null).letters())
        .singleElement()
        .extracting(letter -> letter.message().body().toUtf8())
        .isEqualTo("2");
  }

  @Test
  void D13_replayedLetterIsDeliveredWithAttempt1AndTheOthersStay() {
    fixture.consume.receive("t", 1);
    fixture.die(3);

    Done done = fixture.replay(null, List.of(fixture.id("m1")));

    assertThat(done).isEqualTo(new Done(1, 0, null, false));
    assertThat(fixture.left(32)).containsExactly("m0", "m2");
    List<Delivery> deliveries = fixture.consume.receive("t", 10);
    assertThat(bodies(deliveries)).containsExactly("m1");
    assertThat(deliveries.get(0).attempt()).isEqualTo(1);
    Message message = fixture.engine.stored(RETRIES).get(0);
    assertThat(message.header("colour")).isEqualTo("red");
    assertThat(message.header(GatewayHeaders.ORIGIN_POSITION)).isEqualTo("0@5");
    assertThat(message.header(GatewayHeaders.REASON)).isNull();
  }

  @Test
  void D13_replayOfAllLeavesNone() {
    fixture.die(100);

    assertThat(fixture.replay(null, null)).isEqualTo(new Done(100, 0, null, false));

    assertThat(fixture.left(32)).isEmpty();
    assertThat(fixture.engine.stored(RETRIES)).hasSize(100);
    assertThat(fixture.engine.committed(DEAD, KEEPER, 0)).isEqualTo(100);
    assertThat(fixture.engine.topics).doesNotContainKey(new TopicName(LEDGER));
    assertThat(fixture.replay(null, null).count()).isZero();
  }

  @Test
  void D13_letterThatDiesAgainIsALetterAgain() {
    fixture.consume.receive("t", 1);
    fixture.die(1);
    fixture.replay(null, null);

    for (int attempt = 1; attempt <= 4; attempt++) {
      fixture.consume.nack(fixture.consume.receive("t", 1).get(0), Duration.ZERO);
    }

    assertThat(fixture.browse(null, 32, null).letters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.attempts()).isEqualTo(4);
              assertThat(letter.origin()).isEqualTo("0@5");
            });
  }

  @Test
  void D13_purgeOfOneInTheMiddleIsNotedInTheLedger() {
    fixture.die(5);

    assertThat(fixture.purge(null, List.of(fixture.id("m2"))).count()).isEqualTo(1);
    assertThat(fixture.left(2)).containsExactly("m0", "m1", "m3", "m4");
    assertThat(fixture.engine.committed(DEAD, KEEPER, 0)).isEqualTo(-1);
    assertThat(fixture.engine.stored(new TopicName(LEDGER)))
        .singleElement()
        .extracting(record -> record.body().toUtf8())
        .isEqualTo("0@2");

    fixture.purge(null, List.of(fixture.id("m0"), fixture.id("m1")));
    assertThat(fixture.left(2)).containsExactly("m3", "m4");
    assertThat(fixture.engine.committed(DEAD, KEEPER, 0)).isEqualTo(3);
    assertThat(fixture.engine.committed(LEDGER, KEEPER, 0)).isEqualTo(1);
  }

  @Test
  void D13_ledgerIsKeptWhileItNamesALetterBehindTheFront() {
    fixture.die(5);
    fixture.purge(null, List.of(fixture.id("m2")));
    fixture.purge(null, List.of(fixture.id("m4")));

    fixture.purge(null, List.of(fixture.id("m0"), fixture.id("m1")));

    assertThat(fixture.left(2)).containsExactly("m3");
    assertThat(fixture.engine.committed(LEDGER, KEEPER, 0)).isEqualTo(-1);
    assertThat(fixture.purge(null, null).count()).isEqualTo(1);
    assertThat(fixture.left(2)).isEmpty();
    assertThat(fixture.engine.committed(LEDGER, KEEPER, 0)).isEqualTo(2);
  }

  @Test
  void D13_purgeOfATopicLeavesTheOthers() {
    for (int i = 0; i < 50; i++) {
      fixture.die(i % 2, "t", "t" + i);
      fixture.die(i % 2, "u", "u" + i);
    }

    assertThat(fixture.purge("t", null)).isEqualTo(new Done(50, 0, null, false));

    assertThat(fixture.left(32)).hasSize(50).allMatch(body -> body.startsWith("u"));
    assertThat(fixture.purge(null, null).count()).isEqualTo(50);
    assertThat(fixture.left(32)).isEmpty();
  }

  @Test
  void D13_whatDiesAfterwardsIsThere() {
    fixture.die(3);
    fixture.purge(null, null);

    fixture.die(0, "t", "later");

    assertThat(fixture.left(32)).containsExactly("later");
  }

  @Test
  void D13_letterThatCannotBeReplayedStaysWithItsReason() {
    fixture.die(0, "no-route", "lost");
    fixture.engine.put(DEAD, 0, fixture.consume.message(null, "foreign"));
    fixture.die(0, "t", "good");

    Done done = fixture.replay(null, null);

    assertThat(done.count()).isEqualTo(1);
    assertThat(done.failed()).isEqualTo(2);
    assertThat(done.reason()).startsWith("c:0@0: topic 'no-route': no route");
    assertThat(done.more()).isFalse();
    assertThat(fixture.left(32)).containsExactly("lost", "foreign");
    assertThat(fixture.browse(null, 32, null).letters().get(1))
        .satisfies(
            letter -> {
              assertThat(letter.topic()).isEmpty();
              assertThat(letter.attempts()).isZero();
              assertThat(letter.reason()).isNull();
              assertThat(letter.origin()).isNull();
            });
    assertThat(fixture.purge(null, null).count()).isEqualTo(2);
  }

  @Test
  void D13_brokerThatIsAwayFailsTheReplayAndKeepsTheLetters() {
    fixture.die(1);
    fixture.engine.topic("retry-t-g", 1);
    fixture.engine.appendFailures.add(
        new EngineException(EngineException.Kind.UNAVAILABLE, "down"));

    GatewayException failure =
        failure(fixture.letters.replay(new Selection("g", null, null), fixture.deadline()));

    assertThat(failure.code()).isEqualTo(ErrorCode.ENGINE_UNAVAILABLE);
    assertThat(fixture.left(32)).containsExactly("m0");
  }

  @Test
  void D13_copyWithoutRemovalIsRepeatedNotLost() {
    fixture.die(1);
    fixture.engine.seekFailures.add(new EngineException(EngineException.Kind.UNAVAILABLE, "down"));

    GatewayException failure =
        failure(fixture.letters.replay(new Selection("g", null, null), fixture.deadline()));

    assertThat(failure.code()).isEqualTo(ErrorCode.ENGINE_UNAVAILABLE);
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(failure).hasMessageContaining("may have been dealt with, and still be there");
    assertThat(fixture.left(32)).containsExactly("m0");
    assertThat(fixture.replay(null, null).count()).isEqualTo(1);
    assertThat(fixture.engine.stored(RETRIES)).hasSize(2);
  }

  @Test
  void D3_replayEndsBeforeItsDeadlineAndTellsThatMoreIsLeft() {
    fixture.die(100);
    CompletableFuture<Void> gate = new CompletableFuture<>();
    fixture.engine.appendGate = gate;

    CompletionStage<Done> replay =
        fixture.letters.replay(new Selection("g", null, null), fixture.deadline());
    fixture.consume.timer.advance(Duration.ofMillis(9_100));
    gate.complete(null);

    assertThat(now(replay)).isEqualTo(new Done(32, 0, null, true));
    assertThat(fixture.replay(null, null)).isEqualTo(new Done(68, 0, null, false));
  }

  @Test
  void secondReplayOfTheGroupIsRefusedWhileOneRuns() {
    fixture.die(1);
    CompletableFuture<Void> gate = new CompletableFuture<>();
    fixture.engine.appendGate = gate;
    CompletionStage<Done> first =
        fixture.letters.replay(new Selection("g", null, null), fixture.deadline());

    GatewayException failure =
        failure(fixture.letters.purge(new Selection("g", null, null), fixture.deadline()));

    assertThat(failure.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
    assertThat(failure).hasMessageContaining("a replay or purge of them is under way");
    gate.complete(null);
    assertThat(now(first).count()).isEqualTo(1);
    assertThat(fixture.purge(null, null).count()).isZero();
  }

  @Test
  void D40_engineWithoutALogIsRefusedByName() {
    fixture.die(1);
    fixture.engine.capabilities.remove(Capability.SEEK);
    GatewayException purge =
        failure(fixture.letters.purge(new Selection("g", "t", null), fixture.deadline()));
    fixture.engine.capabilities.remove(Capability.LOG);
    GatewayException browse =
        failure(fixture.letters.browse("g", null, 32, null, fixture.deadline()));

    assertThat(purge.code()).isEqualTo(ErrorCode.UNSUPPORTED);
    assertThat(purge).hasMessageContaining("'fake' does not support SEEK");
    assertThat(browse.code()).isEqualTo(ErrorCode.UNSUPPORTED);
    assertThat(browse).hasMessageContaining("'fake' does not support LOG");
  }

  @Test
  void malformedNamesAreRefusedAndUnknownOnesFail() {
    fixture.die(2);
    Selection malformed = new Selection("g", null, List.of("c:0@0", "what"));

    assertThat(failure(fixture.letters.purge(malformed, fixture.deadline())))
        .hasMessageContaining("ids: 'what' (expected: the id of a dead letter")
        .extracting(GatewayException::code)
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failure(fixture.letters.browse("g", null, 32, "???", fixture.deadline())))
        .hasMessageContaining("page: malformed")
        .extracting(GatewayException::code)
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    String page = fixture.browse(null, 1, null).next();
    assertThat(failure(fixture.letters.browse("h", null, 32, page, fixture.deadline())))
        .hasMessageContaining("page: of group 'g'");

    Done done = fixture.purge(null, List.of("c:0@0", "c:0@77", "x:0@0", "c:9@0", "c:0@0"));
    assertThat(done.count()).isEqualTo(1);
    assertThat(done.failed()).isEqualTo(3);
    assertThat(done.reason()).isEqualTo("x:0@0: no such dead letter");
    assertThat(fixture.purge("u", List.of("c:0@1")).reason()).isEqualTo("c:0@1: is of topic 't'");
    assertThat(fixture.left(32)).containsExactly("m1");
  }

  @Test
  void anyNumberOfLettersTakesNoStack() {
    fixture.die(20_000);

    assertThat(fixture.browse("u", 32, null).letters()).isEmpty();
    assertThat(fixture.replay("t", null).count()).isEqualTo(20_000);
    assertThat(fixture.left(1_000)).isEmpty();
  }

  @Test
  void D13_letterOfAnOrderedTopicIsReplayedToItsGroupOnly() {
    fixture.consume.ordered = true;
    fixture.die(2);

    assertThat(fixture.replay(null, null).count()).isEqualTo(2);

    assertThat(fixture.left(32)).isEmpty();
    assertThat(fixture.engine.stored(new TopicName("t")))
        .hasSize(2)
        .allSatisfy(
            copy ->
                assertThat(copy.headers())
                    .contains(Header.of(GatewayHeaders.ONLY_FOR, "g"))
                    .doesNotContain(Header.of(GatewayHeaders.ATTEMPTS, "4")));
    List<Delivery> deliveries = fixture.consume.receive("t", 10);
    assertThat(bodies(deliveries)).containsExactly("m0");
    assertThat(deliveries.get(0).attempt()).isEqualTo(1);
  }
}
