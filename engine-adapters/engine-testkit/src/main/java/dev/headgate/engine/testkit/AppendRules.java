package dev.headgate.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.Position;
import dev.headgate.engine.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What an engine promises of sends: D1, D3, D4. */
abstract class AppendRules extends ConformanceRules {
  @Test
  void D1_acknowledgedMessagesAreDeliveredAndNothingElse() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 4);

    List<String> sent = appendMany(engine, topic, "m", 500);

    Member member = reading("reader", engine, spec(topic, group()));
    assertThat(member.awaitReceived(sent.size()))
        .extracting(Received::body)
        .containsExactlyInAnyOrderElementsOf(sent);
  }

  @Test
  void D1_everyGroupGetsEveryMessage() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 2);
    Member one = reading("one", engine, spec(topic, group()));
    Member other = reading("other", engine, spec(topic, group()));

    List<String> sent = appendMany(engine, topic, "m", 50);

    for (Member member : List.of(one, other)) {
      assertThat(member.awaitReceived(sent.size()))
          .extracting(Received::body)
          .containsExactlyInAnyOrderElementsOf(sent);
    }
  }

  @Test
  void D1_positionOfAnAcknowledgedMessageIsWhereItIsRead() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 3);

    List<Position> told = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      told.add(append(engine, topic, Messages.text("m-" + i)));
    }

    Member member = reading("reader", engine, spec(topic, group()));
    assertThat(member.awaitReceived(told.size()))
        .extracting(got -> new Position(got.owned().partition(), got.stored().offset()))
        .containsExactlyInAnyOrderElementsOf(told);
  }

  @Test
  void D3_appendPastItsDeadlineStoresNothing() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    AppendOptions late = new AppendOptions(false, System.nanoTime() - 1_000_000);

    EngineException refused =
        await.failure(engine.append(topic, Messages.text("late"), late), "append past deadline");

    assertThat(refused.kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
    append(engine, topic, Messages.text("in time"));
    Member member = reading("reader", engine, spec(topic, group()));
    assertThat(member.awaitReceived(1)).extracting(Received::body).containsExactly("in time");
  }

  @Test
  void D4_oneBadMessageAmongConcurrentOnesFailsAlone() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    Bytes tooLarge = Bytes.wrap(new byte[harness().tooLargeBodyBytes()]);

    List<CompletionStage<Position>> good = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      good.add(engine.append(topic, Messages.text("before-" + i), unordered()));
    }
    CompletionStage<Position> bad = engine.append(topic, Messages.body(tooLarge), unordered());
    for (int i = 0; i < 10; i++) {
      good.add(engine.append(topic, Messages.text("after-" + i), unordered()));
    }

    good.forEach(answer -> await.value(answer, "append beside one that is too large"));
    EngineException refused = await.failure(bad, "append of a body that is too large");
    assertThat(refused.kind()).isEqualTo(Kind.MESSAGE_TOO_LARGE);
    Member member = reading("reader", engine, spec(topic, group()));
    assertThat(member.awaitReceived(good.size())).hasSize(good.size());
  }

  @Test
  void D4_badTopicAmongConcurrentAppendsFailsAlone() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    TopicName missing = new TopicName("kit-missing-" + unique());

    CompletionStage<Position> before = engine.append(topic, Messages.text("a"), unordered());
    CompletionStage<Position> bad = engine.append(missing, Messages.text("b"), unordered());
    CompletionStage<Position> after = engine.append(topic, Messages.text("c"), unordered());

    await.value(before, "append before the bad one");
    await.value(after, "append after the bad one");
    EngineException refused = await.failure(bad, "append to a topic that does not exist");
    assertThat(refused.kind()).isEqualTo(Kind.UNKNOWN_TOPIC);
    assertThat(refused).hasMessageContaining(missing.value());
    assertThat(refused.mayHaveBeenApplied()).isFalse();
  }
}
