package dev.headgate.server.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.EngineSettings;
import dev.headgate.engine.TopicName;
import dev.headgate.engine.memory.MemoryEngineProvider;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopicCreationTest {
  private static final TopicName TOPIC = new TopicName("fresh");

  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final Engine engine =
      new MemoryEngineProvider()
          .open(
              new EngineSettings("main", "", Map.of()),
              new EngineContext("test", InstantSource.system(), scheduler));
  private final Route route = new Route("main", engine, true, 1 << 20, Duration.ofDays(1), true, 0);

  @AfterEach
  void close() {
    engine.close();
    scheduler.shutdownNow();
  }

  @Test
  void D6_callersThatWaitAreAnsweredInTheirOrder() throws Exception {
    TopicCreation creation = new TopicCreation();
    CountDownLatch hold = new CountDownLatch(1);
    // The engine answers on one thread: while that is held, creations can only wait.
    engine.topics().list().thenRun(() -> awaitQuietly(hold));
    List<Integer> answered = new ArrayList<>();
    List<CompletableFuture<Void>> all = new ArrayList<>();

    for (int i = 0; i < 100; i++) {
      int number = i;
      all.add(
          creation
              .ensure(TOPIC, route, true)
              .thenRun(() -> answered.add(number))
              .toCompletableFuture());
    }
    hold.countDown();
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);

    assertThat(answered).isSorted().hasSize(100);
    assertThat(engine.topics().describe(TOPIC).toCompletableFuture().get(10, TimeUnit.SECONDS))
        .isPresent();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      boolean unused = latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
