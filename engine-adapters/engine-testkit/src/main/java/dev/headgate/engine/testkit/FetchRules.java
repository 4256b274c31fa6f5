package dev.headgate.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.Batch;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What an engine promises of fetches: parking, waking, byte budgets (D22) and offsets. */
abstract class FetchRules extends ConformanceRules {
  private static final int MANY_BYTES = 1 << 20;
  private static final Duration LONG = Duration.ofSeconds(30);

  @Test
  void fetchReturnsWhatIsThereInOrder() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    for (int i = 0; i < 10; i++) {
      append(engine, topic, Messages.text("m-" + i));
    }
    OwnedPartition partition = onlyPartition(engine, topic);

    List<String> bodies = new ArrayList<>();
    long next = partition.startOffset();
    while (bodies.size() < 10) {
      Batch batch = fetch(partition, next, MANY_BYTES);
      batch.messages().forEach(stored -> bodies.add(stored.message().body().toUtf8()));
      next = batch.nextOffset();
    }

    assertThat(bodies)
        .containsExactly("m-0", "m-1", "m-2", "m-3", "m-4", "m-5", "m-6", "m-7", "m-8", "m-9");
  }

  @Test
  void fetchTellsWhereThePartitionEndsIfItTellsAtAll() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    for (int i = 0; i < 3; i++) {
      append(engine, topic, Messages.text("m-" + i));
    }
    OwnedPartition partition = onlyPartition(engine, topic);
    long first = partition.startOffset();
    long next = first;
    while (next < first + 3) {
      next = fetch(partition, next, MANY_BYTES).nextOffset();
    }

    Batch one = fetch(partition, first, 1);

    assertThat(one.messages()).hasSize(1);
    assertThat(one.endOffset()).isIn(-1L, first + 3);
  }

  @Test
  void fetchCanGoBackToAnyOffset() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    append(engine, topic, Messages.text("first"));
    long second = append(engine, topic, Messages.text("second")).offset();
    append(engine, topic, Messages.text("third"));
    OwnedPartition partition = onlyPartition(engine, topic);
    fetch(partition, partition.startOffset(), MANY_BYTES);

    Batch again = fetch(partition, second, MANY_BYTES);

    assertThat(again.messages().get(0).message().body().toUtf8()).isEqualTo("second");
    assertThat(again.messages().get(0).offset()).isEqualTo(second);
  }

  @Test
  void D22_fetchKeepsToItsBytesAndReturnsOneMessageAtLeast() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    for (int i = 0; i < 20; i++) {
      append(engine, topic, Messages.body(Bytes.wrap(new byte[1000])));
    }
    OwnedPartition partition = onlyPartition(engine, topic);

    int seen = 0;
    long next = partition.startOffset();
    while (seen < 20) {
      Batch batch = fetch(partition, next, 3500);
      int bytes = batch.messages().stream().mapToInt(stored -> stored.message().size()).sum();
      assertThat(bytes).as("bytes of a fetch of at most 3500").isLessThanOrEqualTo(3500);
      seen += batch.messages().size();
      next = batch.nextOffset();
    }
    Batch one = fetch(partition, partition.startOffset(), 10);

    assertThat(seen).isEqualTo(20);
    assertThat(one.messages()).as("a fetch of 10 bytes where a message has 1000").hasSize(1);
  }

  @Test
  void fetchOfAnEmptyPartitionWaitsAndFindsNothing() {
    Engine engine = engineWith(Capability.LOG);
    OwnedPartition partition = onlyPartition(engine, topic(engine, 1));
    Duration wait = Duration.ofMillis(500);
    long from = partition.startOffset();

    long begun = System.nanoTime();
    Batch batch = await.value(partition.fetch(from, MANY_BYTES, wait), "fetch from nothing");
    Duration waited = Duration.ofNanos(System.nanoTime() - begun);

    assertThat(batch.messages()).isEmpty();
    assertThat(batch.nextOffset()).isEqualTo(from);
    assertThat(waited).isBetween(Duration.ofMillis(400), Duration.ofSeconds(5));
  }

  @Test
  void fetchWithoutWaitReturnsAtOnce() {
    Engine engine = engineWith(Capability.LOG);
    OwnedPartition partition = onlyPartition(engine, topic(engine, 1));

    long begun = System.nanoTime();
    Batch batch =
        await.value(
            partition.fetch(partition.startOffset(), MANY_BYTES, Duration.ZERO), "fetch at once");

    assertThat(batch.messages()).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
  }

  /** The race of a fetch that parks with a message that arrives: whoever is first, it is found. */
  @Test
  void fetchThatParksWhileAMessageArrivesIsWoken() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    OwnedPartition partition = onlyPartition(engine, topic);

    long next = partition.startOffset();
    for (int i = 0; i < harness().raceRounds(); i++) {
      String body = "round-" + i;
      CompletionStage<Batch> parked;
      if (i % 2 == 0) {
        parked = partition.fetch(next, MANY_BYTES, LONG);
        engine.append(topic, Messages.text(body), unordered());
      } else {
        engine.append(topic, Messages.text(body), unordered());
        parked = partition.fetch(next, MANY_BYTES, LONG);
      }
      Batch batch = await.value(parked, "fetch that met an append, round " + i);
      assertThat(batch.messages())
          .as("round %d", i)
          .extracting(stored -> stored.message().body().toUtf8())
          .containsExactly(body);
      next = batch.nextOffset();
    }
  }

  @Test
  void secondOpenFetchOfAPartitionIsRefused() {
    Engine engine = engineWith(Capability.LOG);
    OwnedPartition partition = onlyPartition(engine, topic(engine, 1));
    partition.fetch(partition.startOffset(), MANY_BYTES, LONG);

    Throwable refused = null;
    try {
      CompletionStage<Batch> second =
          partition.fetch(partition.startOffset(), MANY_BYTES, Duration.ZERO);
      refused = await.value(second.handle((batch, failure) -> failure), "second fetch");
    } catch (IllegalStateException e) {
      refused = e;
    }
    if (refused instanceof CompletionException) {
      refused = refused.getCause();
    }

    assertThat(refused).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void fetchFarPastTheEndTellsWhereToGo() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    long end = append(engine, topic, Messages.text("only")).offset() + 1;
    OwnedPartition partition = onlyPartition(engine, topic);

    EngineException refused =
        await.failure(
            partition.fetch(end + 1_000_000, MANY_BYTES, Duration.ofSeconds(1)),
            "fetch far past the end");

    assertThat(refused.kind()).isEqualTo(Kind.OFFSET_OUT_OF_RANGE);
    assertThat(refused.correctedOffset()).isEqualTo(end);
  }

  private OwnedPartition onlyPartition(Engine engine, TopicName topic) {
    return idle("reader", engine, spec(topic, group())).awaitOwned(1).get(0);
  }

  private Batch fetch(OwnedPartition partition, long from, int maxBytes) {
    return await.value(partition.fetch(from, maxBytes, LONG), "fetch from " + from);
  }
}
