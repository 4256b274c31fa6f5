package dev.headgate.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.Position;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * A broker that is killed, halted or cut off; where the adapter gives a {@link FaultController}.
 */
abstract class BrokerFaultRules extends ConformanceRules {
  private static final Duration DEADLINE = Duration.ofSeconds(3);
  private static final Duration NOT_BLOCKED = Duration.ofMillis(500);
  private static final Duration GRACE = Duration.ofSeconds(2);

  private boolean killed;
  private boolean halted;

  @AfterEach
  void heal() {
    if (halted) {
      resume();
    }
    if (killed) {
      restart();
    }
  }

  @Test
  void D1_acknowledgedMessagesSurviveTheKillOfTheBroker() {
    Engine engine = engineWith(Capability.LOG);
    needsFaults();
    TopicName topic = topic(engine, 2);
    List<String> sent = appendMany(engine, topic, "m", 200);

    kill();
    restart();

    Member member = reading("reader", engine, spec(topic, group()));
    assertThat(member.awaitBodies(sent))
        .extracting(Received::body)
        .containsExactlyInAnyOrderElementsOf(sent);
  }

  @Test
  void D1_appendsAroundTheKillAreLostOnlyWhenTheyFailed() {
    Engine engine = engineWith(Capability.LOG);
    needsFaults();
    TopicName topic = topic(engine, 2);
    AppendLedger ledger = new AppendLedger();
    appendMany(engine, topic, "warm", 10);

    for (int i = 0; i < 300; i++) {
      if (i == 100) {
        kill();
      }
      ledger.append(engine, topic, "m-" + i, within(DEADLINE));
    }
    restart();
    appendUntilTaken(engine, topic, ledger, "after");
    ledger.awaitAnswers(await);

    Member member = reading("reader", engine, spec(topic, group()));
    member.awaitBodies(ledger.acknowledged());
    assertThat(member.received())
        .extracting(Received::body)
        .filteredOn(body -> !body.startsWith("warm"))
        .as("nothing that was told to be not stored")
        .isSubsetOf(ledger.possible());
  }

  @Test
  void D2_appendWhileTheBrokerIsDownFailsInTime() {
    Engine engine = engineWith(Capability.LOG);
    needsFaults();
    TopicName topic = topic(engine, 1);
    append(engine, topic, Messages.text("before"));
    kill();

    failsInTime(engine, topic);
  }

  @Test
  void D2_appendToAHaltedBrokerFailsInTimeAndTellsTheTruth() {
    Engine engine = engineWith(Capability.LOG);
    needsFaults();
    TopicName topic = topic(engine, 1);
    append(engine, topic, Messages.text("before"));
    AppendLedger ledger = new AppendLedger();
    halt();

    failsInTime(engine, topic);
    for (int i = 0; i < 5; i++) {
      ledger.append(engine, topic, "halted-" + i, within(DEADLINE));
    }
    ledger.awaitAnswers(await);
    resume();
    appendUntilTaken(engine, topic, ledger, "after");
    ledger.awaitAnswers(await);

    Member member = reading("reader", engine, spec(topic, group()));
    member.awaitBodies(ledger.acknowledged());
    assertThat(member.received())
        .extracting(Received::body)
        .filteredOn(body -> body.startsWith("halted-"))
        .as("nothing that was told to be not stored")
        .isSubsetOf(ledger.possible());
  }

  @Test
  void D1_readerGoesOnAfterARestartOfTheBroker() {
    Engine engine = engineWith(Capability.LOG);
    needsFaults();
    TopicName topic = topic(engine, 2);
    Member member = reading("reader", engine, spec(topic, group()));
    member.awaitOwned(2);
    member.awaitBodies(appendMany(engine, topic, "before", 50));
    AppendLedger ledger = new AppendLedger();

    kill();
    restart();
    for (int i = 0; i < 50; i++) {
      appendUntilTaken(engine, topic, ledger, "after-" + i);
    }
    ledger.awaitAnswers(await);

    member.awaitBodies(ledger.acknowledged());
  }

  @Test
  void D11_committedPositionSurvivesTheKillOfTheBroker() {
    Engine engine = engineWith(Capability.LOG);
    needsFaults();
    TopicName topic = topic(engine, 1);
    GroupName group = group();
    List<Position> positions = appendInTurn(engine, topic, "m", 10);
    Member first = idle("first", engine, spec(topic, group));
    OwnedPartition partition = first.awaitOwned(1).get(0);
    long fifth = positions.get(5).offset();
    await.value(partition.commit(fifth), "commit");
    first.onRevoked((member, revoked) -> revoked.commit(fifth));
    first.leave();

    kill();
    restart();

    Member second = idle("second", engine, spec(topic, group));
    assertThat(second.awaitOwned(1).get(0).startOffset()).isEqualTo(fifth);
  }

  @Test
  void D30_delayedMessageSurvivesTheKillOfTheBroker() {
    Engine engine = engineWith(Capability.LOG, Capability.DELAY);
    needsFaults();
    TopicName topic = topic(engine, 1, TopicUse.DELAYED);
    Instant dueAt = Instant.now().plus(harness().shortDelay()).plusSeconds(5);
    append(engine, topic, Messages.delayed("delayed", dueAt));

    kill();
    restart();

    Received got = reading("reader", engine, spec(topic, group())).awaitReceived(1).get(0);
    assertThat(got.body()).isEqualTo("delayed");
    assertThat(got.at()).isAfterOrEqualTo(dueAt);
  }

  @Test
  void D1_cutConnectionsLoseNothing() {
    Engine engine = engineWith(Capability.LOG);
    FaultController faults = needsFaults();
    Assumptions.assumeTrue(faults.canCutConnections(), "needs a harness that cuts connections");
    TopicName topic = topic(engine, 2);
    Member member = reading("reader", engine, spec(topic, group()));
    member.awaitOwned(2);
    AppendLedger ledger = new AppendLedger();

    for (int i = 0; i < 200; i++) {
      if (i % 50 == 25) {
        faults.cutConnections();
      }
      ledger.append(engine, topic, "m-" + i, within(DEADLINE));
    }
    appendUntilTaken(engine, topic, ledger, "after");
    ledger.awaitAnswers(await);

    member.awaitBodies(ledger.acknowledged());
  }

  private FaultController needsFaults() {
    Assumptions.assumeTrue(harness().faults().isPresent(), "needs a harness with faults");
    return harness().faults().orElseThrow();
  }

  private void failsInTime(Engine engine, TopicName topic) {
    long begun = System.nanoTime();
    CompletionStage<Position> answer =
        engine.append(topic, Messages.text("during"), within(DEADLINE));
    Duration blocked = Duration.ofNanos(System.nanoTime() - begun);
    EngineException failure = await.failure(answer, "append while the broker does not answer");
    Duration took = Duration.ofNanos(System.nanoTime() - begun);

    assertThat(failure.kind())
        .isIn(Kind.UNAVAILABLE, Kind.UNCERTAIN, Kind.DEADLINE_EXCEEDED, Kind.THROTTLED);
    assertThat(blocked).as("time in the call, which must not block").isLessThan(NOT_BLOCKED);
    assertThat(took).as("time to the failure").isLessThan(DEADLINE.plus(GRACE));
  }

  /** Appends numbered copies until one is acknowledged: the cluster is well again. */
  private void appendUntilTaken(
      Engine engine, TopicName topic, AppendLedger ledger, String prefix) {
    AtomicInteger attempt = new AtomicInteger();
    await.until(
        () -> {
          String body = prefix + "~" + attempt.incrementAndGet();
          CompletionStage<?> answer = ledger.append(engine, topic, body, within(DEADLINE));
          await.end(answer, "append of " + body);
          return ledger.acknowledged().contains(body);
        },
        "an append that is acknowledged again");
  }

  private static AppendOptions within(Duration deadline) {
    return new AppendOptions(false, System.nanoTime() + deadline.toNanos());
  }

  private void kill() {
    killed = true;
    needsFaults().killBroker();
  }

  private void restart() {
    needsFaults().restartBroker(true);
    killed = false;
  }

  private void halt() {
    halted = true;
    needsFaults().stopBroker();
  }

  private void resume() {
    needsFaults().continueBroker();
    halted = false;
  }
}
