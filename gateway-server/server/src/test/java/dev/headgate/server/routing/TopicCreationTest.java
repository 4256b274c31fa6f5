package dev.headgate.server.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.TopicAdmin;
import dev.headgate.engine.TopicName;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class TopicCreationTest {
  private static final TopicName TOPIC = new TopicName("fresh");

  private final List<CompletableFuture<Void>> asked = new ArrayList<>();
  private final TopicCreation creation = new TopicCreation();
  private final Route route =
      new Route("main", engine(this::pending), true, 1 << 20, Duration.ofDays(1), true, 0);

  @Test
  void D6_callersThatWaitAreAnsweredInTheirOrder() {
    List<Integer> answered = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      int number = i;
      creation.ensure(TOPIC, route, true).thenRun(() -> answered.add(number));
    }
    assertThat(asked).hasSize(1);

    asked.get(0).complete(null);

    assertThat(answered).isSorted().hasSize(100);
  }

  @Test
  void failureReachesAllWhoWaitAndTheNextTriesAgain() {
    CompletionStage<Void> first = creation.ensure(TOPIC, route, true);
    CompletionStage<Void> second = creation.ensure(TOPIC, route, true);

    asked
        .get(0)
        .completeExceptionally(new EngineException(EngineException.Kind.UNAVAILABLE, "away"));

    assertThat(first).isCompletedExceptionally();
    assertThat(second).isCompletedExceptionally();
    creation.ensure(TOPIC, route, true);
    assertThat(asked).hasSize(2);
  }

  private CompletableFuture<Void> pending() {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    asked.add(answer);
    return answer;
  }

  /** An engine that can do nothing but be asked for topics. */
  private static Engine engine(Supplier<CompletionStage<Void>> ensure) {
    TopicAdmin topics = proxy(TopicAdmin.class, "ensure", ensure::get);
    return proxy(Engine.class, "topics", () -> topics);
  }

  private static <T> T proxy(Class<T> type, String only, Supplier<Object> answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              if (method.getName().equals(only)) {
                return answer.get();
              }
              throw new AssertionError(method + " is not used");
            }));
  }
}
