package dev.headgate.engine.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.EngineException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FirstCommitsTest {
  private static final String BROKER = "127.0.0.1:10911";

  private final SlowBroker broker = new SlowBroker();
  private final FirstCommits commits = new FirstCommits(broker);

  @Test
  void D11_firstCommitsGoOneAfterAnother() {
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    for (int queue = 0; queue < 4; queue++) {
      answers.add(commits.commit(BROKER, new Queue("broker-a", queue), 25));
    }
    for (int queue = 0; queue < 4; queue++) {
      assertThat(broker.waiting).as("commits at the broker at a time").hasSizeLessThan(2);
      broker.answerAll();
    }

    assertThat(answers).allMatch(CompletableFuture::isDone);
    assertThat(broker.positions).hasSize(4);
  }

  @Test
  void laterCommitsDoNotWaitForOneAnother() {
    commits.commit(BROKER, new Queue("broker-a", 0), 1);
    broker.answerAll();

    commits.commit(BROKER, new Queue("broker-a", 0), 2);
    commits.commit(BROKER, new Queue("broker-a", 1), 2);

    assertThat(broker.waiting).hasSize(2);
  }

  @Test
  void D11_positionThatWasLostToAnotherNodesIsCommittedAgain() {
    CompletableFuture<Void> answer = commits.commit(BROKER, new Queue("broker-a", 0), 25);
    broker.loses = 1;
    broker.answerAll();
    assertThat(answer).isNotDone();

    broker.answerAll();

    assertThat(answer).isCompleted();
    assertThat(broker.positions).containsEntry(new Queue("broker-a", 0), 25L);
  }

  @Test
  void brokerThatKeepsNothingIsAFailureAndTheNextOneStillGoes() {
    broker.loses = 100;
    CompletableFuture<Void> lost = commits.commit(BROKER, new Queue("broker-a", 0), 25);
    CompletableFuture<Void> second = commits.commit(BROKER, new Queue("broker-a", 1), 3);
    while (!lost.isDone()) {
      broker.answerAll();
    }
    broker.loses = 0;
    broker.answerAll();

    assertThat(lost)
        .failsWithin(java.time.Duration.ZERO)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(EngineException.class)
        .withMessageContaining("did not keep");
    assertThat(second).isCompleted();
  }

  @Test
  void brokerThatDiedIsNewAgain() {
    commits.commit(BROKER, new Queue("broker-a", 0), 1);
    broker.answerAll();
    commits.forget(BROKER);

    commits.commit(BROKER, new Queue("broker-a", 0), 2);
    commits.commit(BROKER, new Queue("broker-a", 1), 2);

    assertThat(broker.waiting).hasSize(1);
  }

  /** Answers commits when it is told to. */
  private static final class SlowBroker implements FirstCommits.Positions {
    private final Map<Queue, Long> positions = new HashMap<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private int loses;

    @Override
    public CompletableFuture<Void> commit(String address, Queue queue, long offset) {
      CompletableFuture<Void> answer = new CompletableFuture<>();
      waiting.add(
          () -> {
            if (loses > 0) {
              loses--;
            } else {
              positions.put(queue, offset);
            }
            answer.complete(null);
          });
      return answer;
    }

    @Override
    public CompletableFuture<Long> committed(String address, Queue queue) {
      return CompletableFuture.completedFuture(positions.getOrDefault(queue, -1L));
    }

    private void answerAll() {
      List<Runnable> now = List.copyOf(waiting);
      waiting.clear();
      now.forEach(Runnable::run);
    }
  }
}
