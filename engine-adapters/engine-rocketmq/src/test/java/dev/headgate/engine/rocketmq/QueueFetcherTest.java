package dev.headgate.engine.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.Batch;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.EngineSettings;
import dev.headgate.engine.Message;
import dev.headgate.engine.StoredMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The fetcher on a broker that answers when the test says so. */
class QueueFetcherTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int BYTES = 1 << 20;

  // For its timers and threads; it connects to nothing.
  private static final Remote REMOTE =
      new Remote(
          RocketMqSettings.of(new EngineSettings("test", "", Map.of("nameServers", "127.0.0.1:1"))),
          "test");
  private final Mailbox mailbox = new Mailbox(REMOTE.executor());
  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  private final AtomicBoolean mayServe = new AtomicBoolean(true);
  private final AtomicLong moved = new AtomicLong(-1);
  private final QueueFetcher fetcher =
      new QueueFetcher(
          REMOTE,
          mailbox,
          Duration.ofSeconds(15),
          (offset, suspend) -> {
            Asked question = new Asked(offset, suspend, new CompletableFuture<>());
            asked.add(question);
            return question.answer();
          },
          mayServe::get,
          moved::set);

  private record Asked(long offset, Duration suspend, CompletableFuture<Pulled> answer) {}

  @AfterAll
  static void close() {
    REMOTE.close();
  }

  @Test
  void parkedFetchIsAnsweredByTheStandingPull() throws Exception {
    CompletionStage<Batch> fetch = fetcher.fetch(5, BYTES, LONG);

    Asked pull = standing(5);
    pull.answer().complete(found(5, 7));

    assertThat(get(fetch).messages()).extracting(StoredMessage::offset).containsExactly(5L, 6L);
    assertThat(get(fetch).nextOffset()).isEqualTo(7);
  }

  @Test
  void secondLookFindsWhatTheStandingPullMissed() throws Exception {
    CompletionStage<Batch> fetch = fetcher.fetch(5, BYTES, LONG);
    standing(5);

    Asked look = next();
    assertThat(look.suspend()).isZero();
    look.answer().complete(found(5, 6));

    assertThat(get(fetch).nextOffset()).isEqualTo(6);
  }

  @Test
  void shortWaitLeavesThePullStandingForTheNextFetch() throws Exception {
    CompletionStage<Batch> first = fetcher.fetch(5, BYTES, Duration.ofMillis(30));
    Asked pull = standing(5);
    assertThat(get(first).messages()).isEmpty();

    CompletionStage<Batch> second = fetcher.fetch(5, BYTES, LONG);
    pull.answer().complete(found(5, 6));

    assertThat(get(second).nextOffset()).isEqualTo(6);
  }

  @Test
  void whatArrivesWhileNobodyWaitsIsKept() throws Exception {
    CompletionStage<Batch> first = fetcher.fetch(5, BYTES, Duration.ofMillis(30));
    Asked pull = standing(5);
    get(first);

    pull.answer().complete(found(5, 8));
    CompletionStage<Batch> second = fetcher.fetch(5, 1, LONG);
    CompletionStage<Batch> rest = second.thenCompose(batch -> fetcher.fetch(6, BYTES, LONG));

    assertThat(get(second).messages()).extracting(StoredMessage::offset).containsExactly(5L);
    assertThat(get(rest).messages()).extracting(StoredMessage::offset).containsExactly(6L, 7L);
  }

  @Test
  void filteredOutMessagesAreSteppedOver() throws Exception {
    CompletionStage<Batch> fetch = fetcher.fetch(5, BYTES, LONG);
    standing(5).answer().complete(new Pulled.Found(List.of(), 50, 60));

    standing(50).answer().complete(found(50, 51));

    assertThat(get(fetch).messages()).extracting(StoredMessage::offset).containsExactly(50L);
  }

  @Test
  void movedOffsetIsToldWithItsCorrection() throws Exception {
    CompletionStage<Batch> fetch = fetcher.fetch(5, BYTES, LONG);
    standing(5).answer().complete(new Pulled.Moved(2));

    EngineException failure = failure(fetch);

    assertThat(failure.kind()).isEqualTo(Kind.OFFSET_OUT_OF_RANGE);
    assertThat(failure.correctedOffset()).isEqualTo(2);
    assertThat(moved).hasValue(2);
  }

  @Test
  void D20_nothingGoesOutWhileTheLockIsInDoubt() throws Exception {
    mayServe.set(false);
    CompletionStage<Batch> fetch = fetcher.fetch(5, BYTES, LONG);
    standing(5).answer().complete(found(5, 6));
    // What was answered has been taken in when the next task of the mailbox runs.
    CompletableFuture<Boolean> answered = new CompletableFuture<>();
    mailbox.execute(() -> answered.complete(fetch.toCompletableFuture().isDone()));
    assertThat(get(answered)).isFalse();

    mayServe.set(true);
    mailbox.execute(fetcher::resume);

    assertThat(get(fetch).nextOffset()).isEqualTo(6);
  }

  @Test
  void D20_endedFetcherFailsWhatWaitsAndWhatComes() throws Exception {
    CompletionStage<Batch> waiting = fetcher.fetch(5, BYTES, LONG);
    standing(5);

    mailbox.execute(() -> fetcher.end(new EngineException(Kind.FENCED, "over")));

    assertThat(failure(waiting).kind()).isEqualTo(Kind.FENCED);
    assertThat(failure(fetcher.fetch(5, BYTES, LONG)).kind()).isEqualTo(Kind.FENCED);
  }

  /** The next pull that stands, second looks left out. */
  private Asked standing(long offset) throws InterruptedException {
    Asked pull = next();
    while (pull.suspend().isZero()) {
      pull = next();
    }
    assertThat(pull.offset()).isEqualTo(offset);
    return pull;
  }

  private Asked next() throws InterruptedException {
    Asked pull = asked.poll(10, TimeUnit.SECONDS);
    if (pull == null) {
      throw new AssertionError("no pull within 10 s");
    }
    return pull;
  }

  private static Pulled found(long from, long to) {
    return new Pulled.Found(
        java.util.stream.LongStream.range(from, to).mapToObj(QueueFetcherTest::stored).toList(),
        to,
        to);
  }

  private static StoredMessage stored(long offset) {
    Instant now = Instant.ofEpochMilli(1);
    return new StoredMessage(
        offset,
        new Message("id-" + offset, Bytes.utf8("body"), null, null, List.of(), null, now, null),
        now);
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static EngineException failure(CompletionStage<?> stage) throws Exception {
    return BrokerAnswer.unwrap(
        get(stage.handle((value, failure) -> failure == null ? new AssertionError() : failure)));
  }
}
