package dev.headgate.server.produce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.TopicName;
import dev.headgate.server.time.FakeTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FirstAppendsTest {
  private static final TopicName TOPIC = new TopicName("orders");

  private final FakeTimer timer = new FakeTimer();
  private final FirstAppends firstAppends = new FirstAppends(timer);
  private final List<Integer> begun = new ArrayList<>();
  private final List<CompletableFuture<String>> answers = new ArrayList<>();

  @Test
  void D6_othersWaitForTheFirstAndKeepTheirOrder() {
    enter(10);
    assertThat(begun).containsExactly(0);

    answers.get(0).complete("stored");

    assertThat(begun).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void topicThatIsKnownHoldsNobodyBack() {
    enter(1);
    answers.get(0).complete("stored");

    enter(3);

    assertThat(begun).containsExactly(0, 1, 2, 3);
  }

  @Test
  void failureOfTheFirstLetsTheOthersTryAndTheNextIsAFirstAgain() {
    enter(3);
    answers.get(0).completeExceptionally(new IllegalStateException("no"));
    assertThat(begun).containsExactly(0, 1, 2);

    enter(2);

    assertThat(begun).containsExactly(0, 1, 2, 3);
  }

  @Test
  void D3_nobodyWaitsLongForAFirstThatHangs() {
    enter(3);
    timer.advance(Duration.ofSeconds(1));
    assertThat(begun).containsExactly(0, 1, 2);

    answers.get(0).complete("late");

    assertThat(begun).containsExactly(0, 1, 2);
  }

  @Test
  void topicThatIsGoneHasAFirstAgain() {
    enter(1);
    answers.get(0).complete("stored");
    firstAppends.forget(TOPIC);

    enter(2);

    assertThat(begun).containsExactly(0, 1);
  }

  @Test
  void topicsDoNotWaitForEachOther() {
    enter(1);
    firstAppends.enter(
        new TopicName("other"), () -> begun.add(99), new CompletableFuture<String>());

    assertThat(begun).containsExactly(0, 99);
  }

  /** Each append notes that it has begun, and is answered when the test says so. */
  private void enter(int count) {
    for (int i = 0; i < count; i++) {
      int number = answers.size();
      CompletableFuture<String> answer = new CompletableFuture<>();
      answers.add(answer);
      firstAppends.enter(TOPIC, () -> begun.add(number), answer);
    }
  }
}
