package dev.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.client.FakeGateway.Fault;
import dev.headgate.idl.gateway.SettleStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsumerTest {
  private static final ConsumerOptions OPTIONS =
      ConsumerOptions.defaults()
          .withPollWait(Duration.ofMillis(200))
          .withCloseTimeout(Duration.ofSeconds(5));

  private FakeGateway gateway;
  private HeadgateClient client;

  @BeforeEach
  void start() throws IOException {
    gateway = new FakeGateway();
    client =
        HeadgateClient.builder()
            .address(gateway.address())
            .timeout(Duration.ofSeconds(2))
            .backoff(Duration.ofMillis(5), Duration.ofMillis(50))
            .build();
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
  }

  @Test
  void D11_whatTheHandlerReturnsFromIsAcked() {
    gateway.topic.queue("a", "b", "c");

    client.subscribe("t", "g", delivery -> {}, OPTIONS);

    Await.until("all acked", () -> gateway.topic.acked().size() == 3);
    assertThat(gateway.topic.acked()).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(gateway.topic.nacked()).isEmpty();
  }

  @Test
  void D12_whatTheHandlerThrowsAtIsNacked() {
    gateway.topic.queue("bad", "good");

    client.subscribe(
        "t",
        "g",
        delivery -> {
          if (delivery.message().bodyText().equals("bad")) {
            throw new IllegalStateException("no stock");
          }
        },
        OPTIONS.withNackDelay(Duration.ofSeconds(7)));

    Await.until("settled", () -> gateway.topic.leased() == 0 && gateway.topic.acked().size() == 1);
    assertThat(gateway.topic.nacked()).hasSize(1);
    assertThat(gateway.topic.nacked().get(0).getReason()).contains("no stock");
    assertThat(gateway.topic.nacked().get(0).getDelayMillis()).isEqualTo(7_000);
  }

  @Test
  void D12_handlerChoosesTheDelay() {
    gateway.topic.queue("x");

    client.subscribe(
        "t",
        "g",
        delivery -> {
          throw new RetryLater(Duration.ofMinutes(2), "closed until then");
        },
        OPTIONS);

    Await.until("nacked", () -> gateway.topic.nacked().size() == 1);
    assertThat(gateway.topic.nacked().get(0).getDelayMillis()).isEqualTo(120_000);
    assertThat(gateway.topic.nacked().get(0).getReason()).isEqualTo("closed until then");
  }

  @Test
  void messageThatCannotBeOpenedIsNackedWithoutTheHandler() {
    gateway.topic.queue(
        new dev.headgate.idl.gateway.Message()
            .setBody(Bytes.utf8("??").wire())
            .setEncoding("rot13"));
    gateway.topic.queue("plain");
    Set<String> handled = ConcurrentHashMap.newKeySet();

    client.subscribe("t", "g", delivery -> handled.add(delivery.message().bodyText()), OPTIONS);

    Await.until("both are settled", () -> gateway.topic.acked().size() == 1);
    Await.until("nacked", () -> gateway.topic.nacked().size() == 1);
    assertThat(gateway.topic.nacked().get(0).getReason()).contains("rot13");
    assertThat(handled).containsExactly("plain");
  }

  @Test
  void handlerThatWantsItGetsABodyAsItCame() {
    gateway.topic.queue(
        new dev.headgate.idl.gateway.Message()
            .setBody(Bytes.utf8("uryyb").wire())
            .setEncoding("rot13"));
    Set<String> handled = ConcurrentHashMap.newKeySet();

    client.subscribe(
        "t",
        "g",
        delivery -> handled.add(delivery.message().encoding() + delivery.message().bodyText()),
        OPTIONS.withKeepEncoded(true));

    Await.until("acked", () -> gateway.topic.acked().size() == 1);
    assertThat(handled).containsExactly("rot13uryyb");
  }

  @Test
  void whatAHandlerSendsBelongsToTheTraceOfItsMessage() {
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    TraceContext context = new TraceContext(trace, "a=b", "user=7");
    gateway.topic.queue(Wire.message(context.on(Message.of("in"))));

    client.subscribe("t", "g", delivery -> client.producer().send("t", Message.of("out")), OPTIONS);

    Await.until("sent", () -> gateway.topic.acked().size() == 1);
    assertThat(gateway.topic.headersOfLast())
        .containsExactly(
            Header.of("traceparent", trace),
            Header.of("tracestate", "a=b"),
            Header.of("baggage", "user=7"));
  }

  @Test
  void handlersRunAtOnceUpToTheConcurrency() {
    gateway.topic.queue(texts(12));
    CyclicBarrier three = new CyclicBarrier(3);

    client.subscribe(
        "t", "g", delivery -> three.await(5, TimeUnit.SECONDS), OPTIONS.withConcurrency(3));

    Await.until("all acked", () -> gateway.topic.acked().size() == 12);
    assertThat(gateway.topic.nacked()).isEmpty();
  }

  @Test
  void holdsNoMoreThanItAskedFor() {
    gateway.topic.queue(texts(50));
    Semaphore turn = new Semaphore(0);
    Consumer consumer =
        client.subscribe(
            "t", "g", delivery -> turn.acquire(), OPTIONS.withConcurrency(2).withPrefetch(3));

    Await.until("hand is full", () -> consumer.inHand() == 5);
    assertThat(gateway.topic.leased()).isEqualTo(5);
    turn.release(50);
    Await.until("all acked", () -> gateway.topic.acked().size() == 50);
  }

  @Test
  void acksGatherIntoBatches() {
    gateway.topic.queue(texts(300));

    client.subscribe("t", "g", delivery -> {}, OPTIONS.withConcurrency(8).withPrefetch(300));

    Await.until("all acked", () -> gateway.topic.acked().size() == 300);
    assertThat(gateway.topic.ackBatches.size()).isLessThan(300);
  }

  @Test
  void D14_leaseIsRenewedWhileTheHandlerRuns() {
    gateway.topic.leaseMillis = 400;
    gateway.topic.queue("slow", "waits");
    CountDownLatch finish = new CountDownLatch(1);

    client.subscribe("t", "g", delivery -> finish.await(), OPTIONS);

    Await.until("both renewed thrice", () -> gateway.topic.extended().size() >= 6);
    assertThat(Set.copyOf(gateway.topic.extended()))
        .containsExactlyInAnyOrder("lease-0", "lease-1");
    finish.countDown();
    Await.until("acked", () -> gateway.topic.acked().size() == 2);
  }

  @Test
  void settledLeaseIsNotRenewed() {
    gateway.topic.leaseMillis = 300;
    gateway.topic.queue("a");
    Consumer consumer = client.subscribe("t", "g", delivery -> {}, OPTIONS);
    Await.until("acked", () -> gateway.topic.acked().size() == 1 && consumer.inHand() == 0);
    int before = gateway.topic.extended().size();

    gateway.topic.queue("b");
    Await.until("acked", () -> gateway.topic.acked().size() == 2);

    assertThat(gateway.topic.extended()).hasSize(before);
  }

  @Test
  void messageWhoseLeaseIsLostIsNotHandled() {
    gateway.topic.leaseMillis = 300;
    gateway.topic.extendStatus = SettleStatus.FENCED;
    gateway.topic.queue("running", "waiting");
    CountDownLatch finish = new CountDownLatch(1);
    Set<String> handled = ConcurrentHashMap.newKeySet();

    Consumer consumer =
        client.subscribe(
            "t",
            "g",
            delivery -> {
              handled.add(delivery.message().bodyText());
              finish.await();
            },
            OPTIONS);

    Await.until("the waiting one is dropped", () -> consumer.inHand() == 1 && !handled.isEmpty());
    finish.countDown();
    Await.until("the running one is settled", () -> consumer.inHand() == 0);
    assertThat(handled).containsExactly("running");
  }

  @Test
  void ackIsRepeatedWhenItsReplyIsLost() {
    gateway.topic.queue("a");
    client.subscribe(
        "t", "g", delivery -> gateway.script(Fault.DROP_REPLY, Fault.DROP_REPLY), OPTIONS);

    Await.until("acked", () -> !gateway.topic.acked().isEmpty());
    assertThat(gateway.topic.acked()).containsExactly("a");
  }

  @Test
  void ackIsRepeatedWhileTheOwnerCannotBeReached() {
    gateway.topic.settleStatus = SettleStatus.UNAVAILABLE;
    gateway.topic.queue("a");
    Consumer consumer = client.subscribe("t", "g", delivery -> {}, OPTIONS);

    Await.until("tried twice", () -> gateway.topic.ackCalls() >= 2);
    gateway.topic.settleStatus = SettleStatus.DONE;

    Await.until("settled", () -> consumer.inHand() == 0);
  }

  @Test
  void receivingGoesOnAfterFailures() {
    for (int i = 0; i < 3; i++) {
      gateway.topic.fail(
          FakeGateway.error(ErrorCode.PERMISSION_DENIED, false, Outcome.NOT_APPLIED));
    }
    Consumer consumer = client.subscribe("t", "g", delivery -> {}, OPTIONS);
    Await.until("failure shown", () -> consumer.lastFailure().isPresent());

    gateway.topic.queue("x");

    Await.until("acked", () -> gateway.topic.acked().size() == 1);
  }

  @Test
  void closeSettlesWhatRunsAndGivesBackTheRest() throws InterruptedException {
    gateway.topic.queue("running", "unstarted-1", "unstarted-2");
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    Consumer consumer =
        client.subscribe(
            "t",
            "g",
            delivery -> {
              started.countDown();
              finish.await();
            },
            OPTIONS.withPrefetch(2));
    assertThat(started.await(5, TimeUnit.SECONDS)).isTrue();
    Await.until("hand is full", () -> consumer.inHand() == 3);

    Thread closer = new Thread(consumer::close, "closer");
    closer.start();
    Await.until("unstarted given back", () -> gateway.topic.nacked().size() == 2);
    assertThat(gateway.topic.acked()).isEmpty();
    finish.countDown();
    closer.join(5_000);

    assertThat(closer.isAlive()).isFalse();
    assertThat(gateway.topic.acked()).containsExactly("running");
    assertThat(gateway.topic.nacked())
        .allMatch(nack -> nack.isSetDelayMillis() && nack.getDelayMillis() == 0);
    assertThat(gateway.topic.leased()).isZero();
    assertThat(client.pool().inUse()).isZero();
  }

  @Test
  void closeGivesBackWhatItsLastReceiveBrought() {
    Consumer consumer =
        client.subscribe("t", "g", delivery -> {}, OPTIONS.withPollWait(Duration.ofSeconds(5)));
    Await.until("receive parked", () -> gateway.topic.parked() == 1);

    consumer.stop();
    gateway.topic.queue("late");
    consumer.close();

    assertThat(gateway.topic.leased()).isZero();
    assertThat(gateway.topic.acked().size() + gateway.topic.nacked().size()).isEqualTo(1);
  }

  @Test
  void closeInterruptsAHandlerThatDoesNotEnd() {
    gateway.topic.queue("stuck");
    CountDownLatch started = new CountDownLatch(1);
    Consumer consumer =
        client.subscribe(
            "t",
            "g",
            delivery -> {
              started.countDown();
              new CountDownLatch(1).await();
            },
            OPTIONS.withCloseTimeout(Duration.ofMillis(400)));
    Await.until("started", () -> started.getCount() == 0);

    consumer.close();

    assertThat(gateway.topic.nacked()).hasSize(1);
    assertThat(gateway.topic.nacked().get(0).getReason()).contains("InterruptedException");
  }

  @Test
  void closingTheClientClosesItsConsumers() {
    AtomicInteger handled = new AtomicInteger();
    gateway.topic.queue(texts(20));
    client.subscribe("t", "g", delivery -> handled.incrementAndGet(), OPTIONS);
    Await.until("some handled", () -> handled.get() > 3);

    client.close();

    assertThat(gateway.topic.leased()).isZero();
    assertThat(gateway.topic.acked()).hasSize(handled.get());
  }

  private static String[] texts(int count) {
    List<String> texts = IntStream.range(0, count).mapToObj(i -> "x" + i).toList();
    return texts.toArray(String[]::new);
  }
}
