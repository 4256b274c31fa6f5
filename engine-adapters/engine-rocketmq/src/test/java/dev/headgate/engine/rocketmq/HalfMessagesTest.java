package dev.headgate.engine.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Message;
import dev.headgate.engine.StoredMessage;
import dev.headgate.engine.TopicAdmin.TopicSettings;
import dev.headgate.engine.TopicName;
import dev.headgate.engine.TransactionFacet;
import dev.headgate.engine.TransactionFacet.CheckListener;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Half messages where more than one node, or more than one copy, has to do with them. */
class HalfMessagesTest {
  @RegisterExtension static final RocketMqCluster CLUSTER = new RocketMqCluster();

  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final TopicName topic = new TopicName("half-" + UUID.randomUUID());
  private final GroupName producers = new GroupName("producers-" + UUID.randomUUID());
  private final List<RocketMqEngine> engines = new ArrayList<>();

  private record Check(String id, TopicName topic, Message message, int attempt, boolean last) {}

  @BeforeEach
  void makeTopic() throws Exception {
    await(engine("maker").topics().ensure(topic, new TopicSettings(1, false, Map.of())));
  }

  @AfterEach
  void close() {
    engines.forEach(RocketMqEngine::close);
    scheduler.shutdownNow();
  }

  @Test
  void D31_memberAtAnotherNodeIsAskedAndItsAnswerCounts() throws Exception {
    Message message = message("m");
    String id = prepare(engine("one"), message);
    RocketMqEngine other = engine("other");
    BlockingQueue<Check> asked = new LinkedBlockingQueue<>();

    try (AutoCloseable listening = facet(other).onCheck(producers, into(asked))) {
      assertThat(listening).isNotNull();
      Check check = next(asked);
      assertThat(check.topic()).isEqualTo(topic);
      assertThat(check.message()).isEqualTo(message);
      assertThat(check.attempt()).isPositive();
      await(facet(other).end(check.id(), true, within()));
      // The id that the first node gave is of another copy of the same half message.
      await(facet(other).end(id, true, within()));
    }

    assertThat(stored()).containsExactly("m");
  }

  @Test
  void D31_transactionOutlivesItsEngine() throws Exception {
    RocketMqEngine first = engine("one");
    String committed = prepare(first, message("committed"));
    String rolledBack = prepare(first, message("rolled back"));
    first.close();

    RocketMqEngine second = engine("one");
    await(facet(second).end(rolledBack, false, within()));
    await(facet(second).end(committed, true, within()));

    assertThat(stored()).containsExactly("committed");
  }

  @Test
  void D31_copyThatIsAskedAboutLaterChangesNothing() throws Exception {
    RocketMqEngine engine = engine("one");
    BlockingQueue<Check> asked = new LinkedBlockingQueue<>();
    try (AutoCloseable listening = facet(engine).onCheck(producers, into(asked))) {
      assertThat(listening).isNotNull();
      String committed = prepare(engine, message("committed"));
      String rolledBack = prepare(engine, message("rolled back"));
      next(asked);
      next(asked);

      // By the first copies: the broker goes on to ask about the second ones.
      await(facet(engine).end(committed, true, within()));
      await(facet(engine).end(rolledBack, false, within()));
      asked.clear();
      prepare(engine, message("silent"));
      Check check;
      do {
        check = next(asked);
        assertThat(check.message().body().toUtf8()).isEqualTo("silent");
      } while (check.attempt() < 3);
    }

    assertThat(stored()).containsExactly("committed");
  }

  @Test
  void D31_lastCheckIsToldAsSuch() throws Exception {
    RocketMqEngine engine = engine("one");
    BlockingQueue<Check> asked = new LinkedBlockingQueue<>();
    try (AutoCloseable listening = facet(engine).onCheck(producers, into(asked))) {
      assertThat(listening).isNotNull();
      prepare(engine, message("silent"));

      Check check = next(asked);
      while (!check.last()) {
        assertThat(check.attempt()).isLessThan(4);
        check = next(asked);
      }

      assertThat(check.attempt()).isEqualTo(4);
    }
    assertThat(stored()).isEmpty();
  }

  private RocketMqEngine engine(String node) {
    RocketMqEngine engine =
        CLUSTER.open(new EngineContext(node, InstantSource.system(), scheduler));
    engines.add(engine);
    return engine;
  }

  private static TransactionFacet facet(RocketMqEngine engine) {
    return engine.transactions().orElseThrow();
  }

  private String prepare(RocketMqEngine engine, Message message) throws Exception {
    return await(facet(engine).prepare(topic, producers, message, within()));
  }

  /** All that can be seen, once a message that was committed last has been seen. */
  private List<String> stored() throws Exception {
    RocketMqEngine engine = engine("reader");
    String marker = UUID.randomUUID().toString();
    await(facet(engine).end(prepare(engine, message(marker)), true, within()));
    var partition = await(engine.topics().describe(topic)).orElseThrow().partitions().get(0);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (System.nanoTime() < deadline) {
      List<String> bodies =
          new ArrayList<>(
              await(engine.topics().peek(partition, 0, 100, 1 << 20)).messages().stream()
                  .map(StoredMessage::message)
                  .map(found -> found.body().toUtf8())
                  .toList());
      if (bodies.remove(marker)) {
        return bodies;
      }
    }
    throw new AssertionError("the last commit is not to be seen");
  }

  private static CheckListener into(BlockingQueue<Check> asked) {
    return (id, topic, message, attempt, last) ->
        asked.add(new Check(id, topic, message, attempt, last));
  }

  private static Check next(BlockingQueue<Check> asked) throws InterruptedException {
    Check check = asked.poll(40, TimeUnit.SECONDS);
    if (check == null) {
      throw new AssertionError("nobody asked within 40 s");
    }
    return check;
  }

  private static Message message(String body) {
    return new Message(
        UUID.randomUUID().toString(),
        Bytes.utf8(body),
        null,
        null,
        List.of(),
        null,
        Instant.now().truncatedTo(ChronoUnit.MILLIS),
        null);
  }

  private static AppendOptions within() {
    return new AppendOptions(false, System.nanoTime() + TimeUnit.SECONDS.toNanos(10));
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
