package dev.headgate.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Batch;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Message;
import dev.headgate.engine.Partition;
import dev.headgate.engine.Position;
import dev.headgate.engine.TopicAdmin.PartitionLag;
import dev.headgate.engine.TopicAdmin.TopicSettings;
import dev.headgate.engine.TopicName;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the memory engine promises beyond the contract: its bound. */
class MemoryClusterTest {
  private static final TopicName TOPIC = new TopicName("t");
  private static final GroupName GROUP = new GroupName("g");
  private static final Partition PARTITION = new Partition(TOPIC, "0");
  private static final int MAX_BYTES = 20_000;

  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final MemoryCluster cluster =
      new MemoryCluster(new MemoryLimits(1, MAX_BYTES, 10_000), InstantSource.system(), scheduler);
  private final Engine engine =
      cluster.engine(new EngineContext("node-1", InstantSource.system(), scheduler));

  @BeforeEach
  void makeTopic() {
    now(engine.topics().ensure(TOPIC, new TopicSettings(1, false, Map.of())));
  }

  @AfterEach
  void stop() {
    engine.close();
    scheduler.shutdownNow();
  }

  @Test
  void fullClusterThrottlesWhileNothingIsSettled() {
    int taken = fill();

    EngineException refused = failure(append());

    assertThat(taken).isEqualTo(MAX_BYTES / 1200);
    assertThat(refused.kind()).isEqualTo(Kind.THROTTLED);
    assertThat(refused).hasMessageContaining("append to t").hasMessageContaining("20000");
  }

  @Test
  void fullClusterDropsTheOldestOfWhatEveryGroupHasSettled() {
    int taken = fill();
    now(engine.topics().seek(TOPIC, GROUP, Map.of(PARTITION, 10L)));

    now(append());

    PartitionLag lag = now(engine.topics().lag(TOPIC, GROUP)).get(0);
    assertThat(lag.start()).isEqualTo(5);
    assertThat(lag.end()).isEqualTo(taken + 1L);
    EngineException gone = failure(engine.topics().peek(PARTITION, 4, 1, 1));
    assertThat(gone.kind()).isEqualTo(Kind.OFFSET_OUT_OF_RANGE);
    assertThat(gone.correctedOffset()).isEqualTo(5);
  }

  @Test
  void nothingThatSomeGroupHasNotSettledIsDropped() {
    fill();
    now(engine.topics().seek(TOPIC, GROUP, Map.of(PARTITION, 10L)));
    now(engine.topics().seek(TOPIC, new GroupName("slow"), Map.of(PARTITION, 2L)));

    while (!isFailed(append())) {
      // Until all that both have settled has been replaced.
    }

    Batch oldest = now(engine.topics().peek(PARTITION, 2, 1, 1));
    assertThat(oldest.messages().get(0).offset()).isEqualTo(2);
  }

  @Test
  void deletedTopicAndCancelledDelayGiveTheirBytesBack() {
    String handle = now(engine.delay().orElseThrow().appendDelayed(TOPIC, message(60), inTime()));
    int besideTheDelayed = fill();
    now(engine.delay().orElseThrow().cancel(TOPIC, handle, inTime()));
    assertThat(fill()).isEqualTo(1);

    now(engine.topics().delete(TOPIC));
    makeTopic();

    assertThat(fill()).isEqualTo(besideTheDelayed + 1);
  }

  @Test
  void bodyIsKeptWithoutTheFrameThatItCameIn() {
    byte[] frame = new byte[9_000];
    Message sent = copy(message(0), Bytes.wrap(frame, 10, 20));

    now(engine.append(TOPIC, sent, inTime()));

    Bytes kept = now(engine.topics().peek(PARTITION, 0, 1, 1)).messages().get(0).message().body();
    assertThat(kept).isEqualTo(Bytes.wrap(new byte[20]));
    assertThat(kept.unsafeArray()).hasSize(20).isSameAs(kept.unsafeArray());
  }

  private int fill() {
    int taken = 0;
    while (!isFailed(append())) {
      taken++;
    }
    return taken;
  }

  private CompletionStage<Position> append() {
    return engine.append(TOPIC, message(0), inTime());
  }

  private static AppendOptions inTime() {
    return new AppendOptions(false, System.nanoTime() + 60_000_000_000L);
  }

  private static Message message(int delaySeconds) {
    Instant now = Instant.now();
    Instant deliverAt = delaySeconds == 0 ? null : now.plusSeconds(delaySeconds);
    return new Message(
        "id", Bytes.wrap(new byte[1000]), null, null, List.of(), null, now, deliverAt);
  }

  private static Message copy(Message message, Bytes body) {
    return new Message(
        message.id(), body, null, null, List.of(), null, message.bornAt(), message.deliverAt());
  }

  private static boolean isFailed(CompletionStage<?> stage) {
    return stage.toCompletableFuture().isCompletedExceptionally();
  }

  /** The memory engine answers these calls before they return. */
  private static <T> T now(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private static EngineException failure(CompletionStage<?> stage) {
    return (EngineException) stage.handle((value, failure) -> failure).toCompletableFuture().join();
  }
}
