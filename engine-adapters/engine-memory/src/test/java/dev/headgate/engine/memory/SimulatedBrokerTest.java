package dev.headgate.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Batch;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.Filter;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Message;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.ReaderListener;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.ReaderSpec.InitialPosition;
import dev.headgate.engine.TopicAdmin.TopicSettings;
import dev.headgate.engine.TopicName;
import dev.headgate.engine.memory.SimulatedBroker.Flaw;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A kill ends the fetches that are open, however soon the broker is back and has messages. */
class SimulatedBrokerTest {
  private static final TopicName TOPIC = new TopicName("t");
  private static final Duration LONG = Duration.ofSeconds(20);

  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final Engine cluster =
      new MemoryCluster(InstantSource.system(), scheduler)
          .engine(new EngineContext("node-1", InstantSource.system(), scheduler));

  @BeforeEach
  void makeTopic() throws Exception {
    now(cluster.topics().ensure(TOPIC, new TopicSettings(1, false, Map.of())));
  }

  @AfterEach
  void stop() {
    cluster.close();
    scheduler.shutdownNow();
  }

  @Test
  void fetchThatWasOpenAtTheKillFailsAndTheNextOneGoesOn() throws Exception {
    SimulatedBroker broker = new SimulatedBroker(Flaw.NOTHING);
    Engine engine = broker.inFrontOf(cluster);
    OwnedPartition partition = join(engine, "g");
    CompletableFuture<Batch> open = fetch(partition);

    broker.killBroker();
    broker.restartBroker(true);
    append(engine);

    assertThatThrownBy(() -> now(open))
        .cause()
        .isInstanceOfSatisfying(
            EngineException.class,
            failure -> assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE));
    assertThat(now(fetch(partition)).messages()).hasSize(1);
  }

  @Test
  void brokerThatForgetsReadersNeverAnswersTheFetchThatWasOpenAtTheKill() throws Exception {
    SimulatedBroker broker = new SimulatedBroker(Flaw.FORGETS_READERS);
    Engine engine = broker.inFrontOf(cluster);
    CompletableFuture<Batch> open = fetch(join(engine, "g"));
    // The engine tells all readers on one thread: once the next has joined, the fetch has parked.
    join(engine, "behind-the-fetch");

    broker.killBroker();
    broker.restartBroker(true);
    append(engine);

    join(engine, "behind-the-message");
    assertThat(open).isNotDone();
  }

  private static OwnedPartition join(Engine engine, String group) throws Exception {
    CompletableFuture<OwnedPartition> joined = new CompletableFuture<>();
    engine.openReader(
        new ReaderSpec(
            TOPIC, new GroupName(group), false, InitialPosition.EARLIEST, Filter.all(), false),
        new ReaderListener() {
          @Override
          public void assigned(OwnedPartition partition) {
            joined.complete(partition);
          }

          @Override
          public CompletionStage<Void> revoked(OwnedPartition partition) {
            return CompletableFuture.completedStage(null);
          }

          @Override
          public void lost(OwnedPartition partition) {}
        });
    return now(joined);
  }

  private static CompletableFuture<Batch> fetch(OwnedPartition partition) {
    return partition.fetch(0, 1 << 20, LONG).toCompletableFuture();
  }

  private static void append(Engine engine) throws Exception {
    Message message =
        new Message("id", Bytes.utf8("m"), null, null, List.of(), null, Instant.EPOCH, null);
    now(
        engine.append(
            TOPIC, message, new AppendOptions(false, System.nanoTime() + LONG.toNanos())));
  }

  private static <T> T now(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(LONG.toSeconds(), TimeUnit.SECONDS);
  }
}
