package dev.headgate.engine.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.EngineSettings;
import dev.headgate.engine.Partition;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** An owned queue whose broker goes away and comes back. */
class OwnedQueueTest {
  // For its timers and threads; it connects to nothing.
  private static final Remote REMOTE =
      new Remote(
          RocketMqSettings.of(new EngineSettings("test", "", Map.of("nameServers", "127.0.0.1:1"))),
          "test");
  private final BlockingQueue<Long> commits = new LinkedBlockingQueue<>();

  @AfterAll
  static void close() {
    REMOTE.close();
  }

  @Test
  void D11_positionIsCommittedAgainToABrokerThatWasAway() throws Exception {
    OwnedQueue queue = owned(5);
    queue.confirm(System.nanoTime());
    queue.commit(9).toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(nextCommit()).isEqualTo(9);

    queue.doubt();
    queue.confirm(System.nanoTime());

    assertThat(nextCommit()).isEqualTo(9);
  }

  @Test
  void positionOfAQueueThatNobodyHasCommittedIsLeftAlone() throws Exception {
    OwnedQueue queue = owned(-1);
    queue.doubt();
    queue.confirm(System.nanoTime());
    queue.confirm(System.nanoTime());

    queue.commit(3).toCompletableFuture().get(10, TimeUnit.SECONDS);

    assertThat(nextCommit()).isEqualTo(3);
    assertThat(commits).isEmpty();
  }

  private @Nullable Long nextCommit() throws InterruptedException {
    return commits.poll(10, TimeUnit.SECONDS);
  }

  private OwnedQueue owned(long committed) {
    return new OwnedQueue(
        new Partition(new TopicName("topic"), "broker-a:0"),
        1,
        Math.max(0, committed),
        committed,
        REMOTE,
        Duration.ofSeconds(15),
        Duration.ofSeconds(15),
        (offset, suspend) -> new CompletableFuture<>(),
        offset -> {
          commits.add(offset);
          return CompletableFuture.completedFuture(null);
        });
  }
}
