package dev.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headgate.client.FakeGateway.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeadgateClientTest {
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private FakeGateway gateway;
  private HeadgateClient client;

  @BeforeEach
  void start() throws IOException {
    gateway = new FakeGateway();
    client = builder(gateway.address()).build();
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
  }

  private static HeadgateClient.Builder builder(String address) {
    return HeadgateClient.builder()
        .address(address)
        .timeout(Duration.ofSeconds(5))
        .backoff(Duration.ofMillis(5), Duration.ofMillis(50));
  }

  private static CallOptions within(long millis) {
    return CallOptions.defaults().withTimeout(Duration.ofMillis(millis));
  }

  private HeadgateException failureOfSend(CallOptions options) {
    return catchThrowableOfType(
        HeadgateException.class, () -> client.producer().send("t", Message.of("x"), options));
  }

  @Test
  void sendAnswersWithAReceipt() {
    SendReceipt receipt = client.producer().send("t", Message.of("k", "hello"));

    assertThat(receipt.messageId()).isEqualTo("m1");
    assertThat(gateway.topic.stored()).containsExactly("hello");
  }

  @Test
  void D3_everyCallCarriesItsDeadline() {
    client.producer().send("t", Message.of("x"), within(1_234));

    assertThat(gateway.topic.contexts).hasSize(1);
    assertThat(gateway.topic.contexts.get(0).getTimeoutMillis()).isBetween(1_000L, 1_234L);
    assertThat(gateway.topic.contexts.get(0).getUserAgent()).startsWith("headgate-java/");
  }

  @Test
  void D5_bytesArriveAsTheyWere() {
    byte[] body = new byte[] {0, -1, (byte) 0xC3, 0x28, 0};
    Message message =
        Message.builder(Bytes.copyOf(body))
            .key(Bytes.copyOf(new byte[] {0, 1}))
            .tag("blue")
            .header("empty", Bytes.EMPTY)
            .header("absent", (Bytes) null)
            .header("text", "ü")
            .build();

    assertThat(Wire.message(Wire.message(message), new Codec(-1, 1 << 20))).isEqualTo(message);
  }

  @Test
  void D31_preparedMessageIsSeenWhenItIsCommitted() {
    Producer producer = client.producer();
    PreparedMessage kept = producer.prepare("t", "g", Message.of("kept"), within(5_000));
    PreparedMessage dropped = producer.prepare("t", "g", Message.of("dropped"), within(5_000));
    assertThat(gateway.topic.stored()).isEmpty();

    List<PendingCheck> checks = producer.pendingChecks("g", 16, Duration.ZERO, within(5_000));
    producer.commit(checks.get(0).transactionId(), within(5_000));
    producer.rollback(dropped.transactionId(), within(5_000));

    assertThat(checks).extracting(PendingCheck::transactionId).contains(kept.transactionId());
    assertThat(checks.get(0).message().body()).isEqualTo(Bytes.utf8("kept"));
    assertThat(gateway.topic.stored()).containsExactly("kept");
    assertThatThrownBy(() -> producer.commit(dropped.transactionId(), within(5_000)))
        .isInstanceOfSatisfying(
            HeadgateException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
  }

  @Test
  void D4_batchIsAnsweredEntryByEntry() {
    List<SendOutcome> outcomes =
        client
            .producer()
            .sendBatch("t", List.of(Message.of("a"), Message.of("bad"), Message.of("c")));

    assertThat(outcomes).extracting(SendOutcome::isSent).containsExactly(true, false, true);
    assertThatThrownBy(() -> outcomes.get(1).orThrow())
        .isInstanceOfSatisfying(
            HeadgateException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE));
  }

  @Test
  void retryableRefusalThatAppliedNothingIsRetried() {
    gateway.topic.fail(
        FakeGateway.error(ErrorCode.ENGINE_UNAVAILABLE, true, Outcome.NOT_APPLIED),
        FakeGateway.error(ErrorCode.OVERLOADED, true, Outcome.NOT_APPLIED));

    client.producer().send("t", Message.of("x"));

    assertThat(gateway.topic.stored()).containsExactly("x");
    assertThat(gateway.accepted.get()).isEqualTo(1);
  }

  @Test
  void finalRefusalIsNotRetried() {
    gateway.topic.fail(FakeGateway.error(ErrorCode.UNKNOWN_TOPIC, false, Outcome.NOT_APPLIED));

    HeadgateException failure = failureOfSend(CallOptions.defaults());

    assertThat(failure.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC);
    assertThat(gateway.topic.contexts).hasSize(1);
  }

  @Test
  void D2_uncertainSendIsNotRetriedUnasked() {
    gateway.topic.fail(FakeGateway.error(ErrorCode.STORE_UNCERTAIN, true, Outcome.UNKNOWN));

    HeadgateException failure = failureOfSend(CallOptions.defaults());

    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(gateway.topic.contexts).hasSize(1);
  }

  @Test
  void D2_lostReplyOfASendIsUnknown() {
    gateway.script(Fault.DROP_REPLY);

    HeadgateException failure = failureOfSend(CallOptions.defaults());

    assertThat(failure.code()).isEqualTo(ErrorCode.GATEWAY_UNREACHABLE);
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(gateway.topic.stored()).containsExactly("x");
  }

  @Test
  void uncertainSendIsRetriedWhenTheCallerAcceptsDuplicates() {
    gateway.script(Fault.DROP_REPLY);

    client.producer().send("t", Message.of("x"), CallOptions.defaults().withRetryUncertain(true));

    assertThat(gateway.topic.stored()).containsExactly("x", "x");
  }

  @Test
  void D2_refusalAfterAnUncertainAttemptStaysUnknown() {
    CallOptions duplicates = CallOptions.defaults().withRetryUncertain(true);
    gateway.topic.fail(
        FakeGateway.error(ErrorCode.STORE_UNCERTAIN, true, Outcome.UNKNOWN),
        FakeGateway.error(ErrorCode.PERMISSION_DENIED, false, Outcome.NOT_APPLIED));

    HeadgateException failure =
        catchThrowableOfType(
            HeadgateException.class,
            () -> client.producer().send("t", Message.of("x"), duplicates));

    assertThat(failure.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void repeatableCallIsRetriedAfterALostReply() {
    gateway.script(Fault.DROP_REPLY, Fault.DROP_REQUEST, Fault.GARBAGE);

    assertThatThrownBy(() -> client.version()).isInstanceOf(HeadgateException.class);
    assertThat(client.version().node()).isEqualTo("fake-1");
  }

  @Test
  void D3_callEndsAtItsDeadline() {
    gateway.script(Fault.SILENCE);
    long before = System.nanoTime();

    HeadgateException failure = failureOfSend(within(200));

    assertThat(failure.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isBetween(Duration.ofMillis(200), Duration.ofSeconds(2));
  }

  @Test
  void D3_writeThatNobodyReadsEndsAtItsDeadline() throws IOException {
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        HeadgateClient sender =
            builder("127.0.0.1:" + deaf.getLocalPort()).compressFrom(-1).build()) {
      Message large = Message.of(new byte[32 << 20]);
      long before = System.nanoTime();

      HeadgateException failure =
          catchThrowableOfType(
              HeadgateException.class, () -> sender.producer().send("t", large, within(300)));

      assertThat(failure.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
      assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
      assertThat(sender.pool().inUse()).isZero();
    }
  }

  @Test
  void retriesStayInsideTheDeadline() {
    for (int i = 0; i < 1_000; i++) {
      gateway.topic.fail(FakeGateway.error(ErrorCode.OVERLOADED, true, Outcome.NOT_APPLIED));
    }
    long before = System.nanoTime();

    HeadgateException failure = failureOfSend(within(300));

    // Whether the deadline falls between two tries or into one is up to chance.
    assertThat(failure.code()).isIn(ErrorCode.OVERLOADED, ErrorCode.DEADLINE_EXCEEDED);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void retryAfterPastTheDeadlineEndsTheCallAtOnce() {
    dev.headgate.idl.gateway.GatewayError error =
        FakeGateway.error(ErrorCode.QUOTA_EXCEEDED, true, Outcome.NOT_APPLIED);
    error.getFailure().setRetryAfterMillis(60_000);
    gateway.topic.fail(error);

    HeadgateException failure = failureOfSend(within(3_000));

    assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(60));
    assertThat(gateway.topic.contexts).hasSize(1);
  }

  @Test
  void connectionIsReused() {
    for (int i = 0; i < 20; i++) {
      client.producer().send("t", Message.of("x" + i));
    }

    assertThat(gateway.accepted.get()).isEqualTo(1);
  }

  @Test
  void connectionLastsBeyondTheLimitOfOneMessage() {
    try (HeadgateClient small = builder(gateway.address()).maxFrameBytes(64 << 10).build()) {
      for (int i = 0; i < 40; i++) {
        gateway.topic.queue("x".repeat(10_000));
        assertThat(small.receive("t", "g", ReceiveOptions.defaults().withMaxMessages(1)).size())
            .isEqualTo(1);
        small.producer().send("t", Message.of("x".repeat(10_000)));
      }
    }

    assertThat(gateway.accepted.get()).isEqualTo(1);
  }

  @Test
  void timedOutConnectionIsNeverReused() {
    gateway.script(Fault.SILENCE);
    failureOfSend(within(500));

    client.producer().send("t", Message.of("y"));

    assertThat(gateway.accepted.get()).isEqualTo(2);
    assertThat(gateway.topic.stored()).containsExactly("x", "y");
  }

  @Test
  void connectionThatAnswersNonsenseIsNeverReused() {
    gateway.script(Fault.GARBAGE);

    HeadgateException failure = failureOfSend(CallOptions.defaults());
    client.producer().send("t", Message.of("y"));

    assertThat(failure.code()).isEqualTo(ErrorCode.BAD_REPLY);
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(gateway.accepted.get()).isEqualTo(2);
  }

  @Test
  void answerOverTheFrameLimitIsABadReply() {
    try (HeadgateClient small = builder(gateway.address()).maxFrameBytes(1_000).build()) {
      gateway.topic.queue("x".repeat(2_000));

      HeadgateException failure =
          catchThrowableOfType(
              HeadgateException.class,
              () -> small.receive("t", "g", ReceiveOptions.defaults().withMaxMessages(1)));

      assertThat(failure.code()).isEqualTo(ErrorCode.BAD_REPLY);
      assertThat(small.version().node()).isEqualTo("fake-1");
    }
  }

  @Test
  void connectionThatWasClosedWhileIdleIsReplacedWithoutAnError() {
    client.producer().send("t", Message.of("x"));
    gateway.dropConnections();
    Await.until("connection closed", () -> gateway.openConnections() == 0);

    client.producer().send("t", Message.of("y"));

    assertThat(gateway.topic.stored()).containsExactly("x", "y");
  }

  @Test
  void noConnectionLeaks() {
    for (int i = 0; i < 40; i++) {
      gateway.script(Fault.NONE, Fault.DROP_REPLY, Fault.DROP_REQUEST, Fault.GARBAGE);
      for (int j = 0; j < 4; j++) {
        try {
          client.producer().send("t", Message.of("x"), within(1_000));
        } catch (HeadgateException e) {
          assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN);
        }
      }
    }

    assertThat(client.pool().inUse()).isZero();
    assertThat(client.pool().idle()).isLessThanOrEqualTo(1);
    Await.until("connections closed", () -> gateway.openConnections() <= 1);
  }

  @Test
  void poolBoundsConnections() {
    try (HeadgateClient small = builder(gateway.address()).maxConnections(3).build()) {
      List<CompletableFuture<SendReceipt>> sends =
          IntStream.range(0, 200)
              .mapToObj(
                  i -> small.producer().sendAsync("t", Message.of("x" + i), CallOptions.defaults()))
              .toList();
      sends.forEach(CompletableFuture::join);
    }

    assertThat(gateway.topic.stored()).hasSize(200);
    assertThat(gateway.accepted.get()).isLessThanOrEqualTo(3);
  }

  @Test
  void callThatFindsNoConnectionFreeFailsAtItsDeadline() {
    try (HeadgateClient small = builder(gateway.address()).maxConnections(1).build()) {
      gateway.script(Fault.SILENCE);
      CompletableFuture<SendReceipt> hanging =
          small.producer().sendAsync("t", Message.of("x"), within(3_000));
      Await.until("first call under way", () -> gateway.topic.stored().size() == 1);

      HeadgateException failure =
          catchThrowableOfType(HeadgateException.class, () -> small.version(within(50)));

      assertThat(failure.code()).isEqualTo(ErrorCode.CLIENT_OVERLOADED);
      assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
      gateway.close();
      assertThat(hanging).failsWithin(Duration.ofSeconds(5));
    }
  }

  @Test
  void parkedReceivesLeaveConnectionsToOtherCalls() {
    try (HeadgateClient small = builder(gateway.address()).maxConnections(1).build()) {
      ReceiveOptions wait = ReceiveOptions.defaults().withMaxWait(Duration.ofSeconds(5));
      CompletableFuture<ReceiveResult> poll =
          CompletableFuture.supplyAsync(() -> small.receive("t", "g", wait));
      Await.until("receive parked", () -> gateway.topic.parked() == 1);

      assertThat(small.version().node()).isEqualTo("fake-1");
      gateway.topic.queue("x");
      assertThat(poll).succeedsWithin(Duration.ofSeconds(5));
    }
  }

  @Test
  void idleConnectionsAreClosed() {
    try (HeadgateClient brief =
        builder(gateway.address()).idleTimeout(Duration.ofMillis(50)).build()) {
      brief.version();
      Await.until("idle connection closed", () -> brief.pool().idle() == 0);
    }
  }

  @Test
  void callMovesToAnAddressThatAnswers() throws IOException {
    int dead;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      dead = unused.getLocalPort();
    }
    for (int i = 0; i < 10; i++) { // The first address is chosen at random.
      try (HeadgateClient both = builder("127.0.0.1:" + dead + "," + gateway.address()).build()) {
        both.producer().send("t", Message.of("x"));
      }
    }

    assertThat(gateway.topic.stored()).hasSize(10);
  }

  @Test
  void drainingNodeIsLeftForAnother() throws IOException {
    try (FakeGateway second = new FakeGateway();
        HeadgateClient both = builder(gateway.address() + "," + second.address()).build()) {
      gateway.topic.fail(FakeGateway.error(ErrorCode.DRAINING, true, Outcome.NOT_APPLIED));
      second.topic.fail(FakeGateway.error(ErrorCode.DRAINING, true, Outcome.NOT_APPLIED));

      both.producer().send("t", Message.of("x"));

      assertThat(gateway.topic.stored().size() + second.topic.stored().size()).isEqualTo(1);
      assertThat(gateway.accepted.get()).isPositive();
      assertThat(second.accepted.get()).isPositive();
    }
  }

  @Test
  void nobodyThereIsUnreachableAndNothingApplied() {
    gateway.close();

    HeadgateException failure = failureOfSend(within(200));

    assertThat(failure.code()).isEqualTo(ErrorCode.GATEWAY_UNREACHABLE);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
    assertThat(failure).hasMessageContaining(gateway.address());
  }

  @Test
  void gatewayThatComesBackIsFoundWithinTheCall() throws Exception {
    int port = gateway.port();
    gateway.close();
    CompletableFuture<SendReceipt> send =
        client.producer().sendAsync("t", Message.of("x"), CallOptions.defaults());

    try (FakeGateway again = new FakeGateway(port)) {
      assertThat(send).succeedsWithin(Duration.ofSeconds(5));
      assertThat(again.topic.stored()).containsExactly("x");
    }
  }

  @Test
  void codeOfANewerContractKeepsItsNumber() {
    dev.headgate.idl.gateway.GatewayError error =
        FakeGateway.error(ErrorCode.INTERNAL, false, Outcome.NOT_APPLIED);
    error.getFailure().setCode(4_711);
    error.getFailure().unsetOutcome();
    gateway.topic.fail(error);

    HeadgateException failure = failureOfSend(CallOptions.defaults());

    assertThat(failure.code()).isEqualTo(ErrorCode.UNRECOGNIZED);
    assertThat(failure.codeNumber()).isEqualTo(4_711);
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void traceContextGoesWithCallAndMessage() {
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    client.producer().send("t", Message.of("x"), CallOptions.defaults().withTrace(trace, "a=b"));

    assertThat(gateway.topic.contexts.get(0).getTraceparent()).isEqualTo(trace);
    assertThat(gateway.topic.headersOfLast())
        .containsExactly(Header.of("traceparent", trace), Header.of("tracestate", "a=b"));
  }

  @Test
  void longTracestateStaysOutOfTheCallAndGoesWithTheMessage() {
    TraceContext trace = new TraceContext(TRACE, "a=" + "b".repeat(600), null);
    client.producer().send("t", Message.of("x"), CallOptions.defaults().withTrace(trace));

    assertThat(gateway.topic.contexts.get(0).isSetTracestate()).isFalse();
    assertThat(gateway.topic.headersOfLast()).hasSize(2);
  }

  @Test
  void messageThatHasATraceKeepsIt() {
    Message traced = Message.builder(Bytes.utf8("x")).header("traceparent", "its own").build();
    client.producer().send("t", traced, CallOptions.defaults().withTrace(TRACE, "a=b"));

    assertThat(gateway.topic.headersOfLast()).containsExactly(Header.of("traceparent", "its own"));
  }

  @Test
  void asyncSendBelongsToTheTraceOfItsCaller() {
    try (Tracing.Scope scope = Tracing.ofThreads().enter(new TraceContext(TRACE, null, "user=7"))) {
      client.producer().sendAsync("t", Message.of("x"), CallOptions.defaults()).join();
    }

    assertThat(gateway.topic.contexts.get(0).getTraceparent()).isEqualTo(TRACE);
    assertThat(gateway.topic.headersOfLast())
        .containsExactly(Header.of("traceparent", TRACE), Header.of("baggage", "user=7"));
  }

  @Test
  void interruptEndsACall() throws InterruptedException {
    gateway.script(Fault.SILENCE);
    CompletableFuture<HeadgateException> failure = new CompletableFuture<>();
    Thread caller =
        new Thread(() -> failure.complete(failureOfSend(CallOptions.defaults())), "caller");
    caller.start();
    Await.until("call under way", () -> gateway.topic.stored().size() == 1);

    caller.interrupt();

    assertThat(failure).succeedsWithin(Duration.ofSeconds(2));
    assertThat(failure.join().code()).isEqualTo(ErrorCode.INTERRUPTED);
    assertThat(failure.join().outcome()).isEqualTo(Outcome.UNKNOWN);
    caller.join();
  }

  @Test
  void closedClientRefuses() {
    client.close();

    assertThat(failureOfSend(CallOptions.defaults()).code()).isEqualTo(ErrorCode.CLIENT_CLOSED);
  }

  @Test
  void D15_settlingAnswersPerLease() {
    gateway.topic.queue("a", "b");
    ReceiveResult received = client.receive("t", "g", ReceiveOptions.defaults().withMaxMessages(2));
    List<Bytes> leases = received.deliveries().stream().map(Delivery::lease).toList();

    assertThat(client.extend(leases, Duration.ofSeconds(9))).allMatch(SettleResult::isDone);
    assertThat(client.ack(leases.subList(0, 1))).allMatch(SettleResult::isDone);
    assertThat(client.nack(List.of(new Nack(leases.get(1), Duration.ofSeconds(3), "later"))))
        .hasSize(1);
    assertThat(gateway.topic.acked()).containsExactly("a");
    assertThat(gateway.topic.nacked().get(0).getDelayMillis()).isEqualTo(3_000);
    assertThat(client.ack(List.of())).isEmpty();
  }

  @Test
  void adminCallsAnswer() {
    Admin admin = client.admin();

    assertThat(admin.create(TopicSpec.of("t").withPartitions(4)).partitions()).isEqualTo(4);
    assertThat(admin.topics()).extracting(TopicInfo::topic).containsExactly("t");
    assertThat(admin.groups().get(0).lagMessages()).isEqualTo(7);
    assertThat(admin.drain(Duration.ofMillis(10)).took()).isEqualTo(Duration.ofMillis(10));
    assertThatThrownBy(admin::config).isInstanceOf(HeadgateException.class);
  }
}
