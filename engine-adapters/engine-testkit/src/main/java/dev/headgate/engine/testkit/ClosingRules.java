package dev.headgate.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.headgate.engine.Batch;
import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.Position;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What is left when an engine has been closed: no stage without an end, and clear refusals. */
abstract class ClosingRules extends ConformanceRules {
  @Test
  void appendToAClosedEngineIsRefused() {
    Engine engine = engine("node-1");
    TopicName topic = topic(engine, 1);

    engine.close();
    EngineException refused =
        await.failure(engine.append(topic, Messages.text("m"), unordered()), "append when closed");

    assertThat(refused.kind()).isEqualTo(Kind.CLOSED);
    assertThat(refused.mayHaveBeenApplied()).isFalse();
  }

  @Test
  void readerOfAClosedEngineIsRefused() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);

    engine.close();

    Throwable refused = catchThrowable(() -> idle("late", engine, spec(topic, group())));
    assertThat(refused).isInstanceOf(EngineException.class);
    assertThat(((EngineException) refused).kind()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void administrationOfAClosedEngineIsRefused() {
    Engine engine = engine("node-1");
    TopicName topic = topic(engine, 1);

    engine.close();

    // Asks for what no cache knows.
    EngineException refused = await.failure(engine.topics().lag(topic, group()), "lag when closed");
    assertThat(refused.kind()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void closeEndsParkedFetchesAndPartitions() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    Member member = idle("reader", engine, spec(topic, group()));
    OwnedPartition partition = member.awaitOwned(1).get(0);
    CompletionStage<Batch> parked =
        partition.fetch(partition.startOffset(), 1 << 20, Duration.ofMinutes(5));

    engine.close();

    assertThat(await.failure(parked, "fetch that was parked").kind())
        .isIn(Kind.CLOSED, Kind.FENCED);
    member.awaitEnded(partition);
  }

  @Test
  void closeEndsPendingAppends() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    List<CompletionStage<Position>> answers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      answers.add(engine.append(topic, Messages.text("m-" + i), unordered()));
    }

    engine.close();

    answers.forEach(answer -> await.end(answer, "append that was pending at close"));
  }

  @Test
  void closingTwiceIsHarmless() {
    Engine engine = engine("node-1");

    engine.close();
    engine.close();
  }
}
