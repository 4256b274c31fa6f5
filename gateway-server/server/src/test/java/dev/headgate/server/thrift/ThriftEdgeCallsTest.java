package dev.headgate.server.thrift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headgate.engine.Bytes;
import dev.headgate.engine.Filter;
import dev.headgate.idl.gateway.AckRequest;
import dev.headgate.idl.gateway.CallContext;
import dev.headgate.idl.gateway.Category;
import dev.headgate.idl.gateway.Consume;
import dev.headgate.idl.gateway.ExtendRequest;
import dev.headgate.idl.gateway.GatewayError;
import dev.headgate.idl.gateway.Header;
import dev.headgate.idl.gateway.LocateRequest;
import dev.headgate.idl.gateway.Message;
import dev.headgate.idl.gateway.NackEntry;
import dev.headgate.idl.gateway.NackRequest;
import dev.headgate.idl.gateway.Outcome;
import dev.headgate.idl.gateway.Produce;
import dev.headgate.idl.gateway.ReceiveRequest;
import dev.headgate.idl.gateway.ReceiveResult;
import dev.headgate.idl.gateway.SendBatchRequest;
import dev.headgate.idl.gateway.SendOutcome;
import dev.headgate.idl.gateway.SendRequest;
import dev.headgate.idl.gateway.SettleStatus;
import dev.headgate.idl.gateway.VersionRequest;
import dev.headgate.server.consume.Delivery;
import dev.headgate.server.consume.ReceiveCommand;
import dev.headgate.server.consume.SeekTarget;
import dev.headgate.server.consume.Settled;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.produce.SendCommand;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TMultiplexedProtocol;
import org.apache.thrift.protocol.TProtocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the calls of stock clients become, and what becomes of them. */
@Timeout(60)
class ThriftEdgeCallsTest {
  private TestEdge edge;

  @BeforeEach
  void start() throws Exception {
    edge = new TestEdge();
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  @ParameterizedTest
  @CsvSource({"binary,true", "binary,false", "compact,true", "compact,false"})
  void stockClientsSendAndReceive(String protocol, boolean multiplexed) throws Exception {
    Produce.Client produce = new Produce.Client(protocol(protocol, multiplexed, "Produce"));
    Consume.Client consume = new Consume.Client(protocol(protocol, multiplexed, "Consume"));

    assertThat(produce.version(new VersionRequest()).getNode()).isEqualTo("n1");
    assertThat(consume.version(new VersionRequest()).getContract()).isEqualTo("1.0");

    byte[] body = {0, 1, (byte) 0xff, 0};
    assertThat(
            produce.send(new SendRequest("t", new Message(ByteBuffer.wrap(body)))).getMessageId())
        .isEqualTo("m-1");
    assertThat(edge.produce.asked.take().command().body()).isEqualTo(Bytes.wrap(body));

    CompletableFuture<ReceiveResult> received = async(() -> consume.receive(receive(30_000)));
    edge.consume.parked.take().deliver(delivery(new byte[] {7}, body));
    assertThat(received.get(10, TimeUnit.SECONDS).getDeliveries().get(0).getMessage().getBody())
        .isEqualTo(body);

    assertThat(consume.ack(new AckRequest(List.of(ByteBuffer.wrap(new byte[] {7})))).getResults())
        .extracting(result -> result.getStatus())
        .containsExactly(SettleStatus.DONE);
    assertThat(edge.consume.acks.take()).containsExactly(7);
  }

  private TProtocol protocol(String name, boolean multiplexed, String service) throws TException {
    TProtocol protocol = name.equals("binary") ? edge.binary() : edge.compact();
    return multiplexed ? new TMultiplexedProtocol(protocol, service) : protocol;
  }

  @Test
  void everyFieldOfAMessageReachesTheCore() throws Exception {
    Message message = new Message(ByteBuffer.allocate(0));
    message.setKey("k".getBytes(StandardCharsets.UTF_8));
    message.setTag("tag");
    message.setEncoding("zstd");
    Header empty = new Header("empty");
    empty.setValue(new byte[0]);
    message.setHeaders(List.of(new Header("absent"), empty));
    message.setDelayMillis(1_500);
    SendRequest request = new SendRequest("orders", message);
    request.setContext(new CallContext().setClientId("billing-7"));

    var unused = edge.produce().send(request);

    FakeProduce.Asked asked = edge.produce.asked.take();
    SendCommand command = asked.command();
    assertThat(asked.topic()).isEqualTo("orders");
    assertThat(asked.caller().clientId()).isEqualTo("billing-7");
    assertThat(asked.caller().address()).startsWith("127.0.0.1:");
    assertThat(command.body().isEmpty()).isTrue();
    assertThat(command.key()).isEqualTo(Bytes.utf8("k"));
    assertThat(command.tag()).isEqualTo("tag");
    assertThat(command.encoding()).isEqualTo("zstd");
    assertThat(command.headers())
        .containsExactly(
            new dev.headgate.engine.Header("absent", null),
            new dev.headgate.engine.Header("empty", Bytes.EMPTY));
    assertThat(command.deliverAt()).isEqualTo(TestEdge.NOW.plusMillis(1_500));
  }

  @Test
  void everyFieldOfADeliveryReachesTheClient() throws Exception {
    Consume.Client client = edge.consume();
    CompletableFuture<ReceiveResult> received =
        async(
            () -> {
              ReceiveRequest request = receive(60_000).setMaxMessages(5).setMaxBytes(1 << 30);
              request.setLeaseMillis(9_000);
              request.setFilter(dev.headgate.idl.gateway.Filter.tags(List.of("a", "b", "a")));
              request.setContext(new CallContext().setTimeoutMillis(5_000));
              return client.receive(request);
            });
    FakeConsume.Parked parked = edge.consume.parked.take();
    parked.deliver(delivery(new byte[] {1, 2}, new byte[] {3}));

    ReceiveCommand command = parked.command;
    assertThat(command.maxMessages()).isEqualTo(5);
    assertThat(command.maxBytes()).isEqualTo(14 << 20);
    assertThat(command.maxWait()).isBetween(Duration.ofMillis(4_000), Duration.ofMillis(4_900));
    assertThat(command.lease()).isEqualTo(Duration.ofSeconds(9));
    assertThat(command.filter()).isEqualTo(new Filter.Tags(java.util.Set.of("a", "b")));
    dev.headgate.idl.gateway.Delivery delivery =
        received.get(10, TimeUnit.SECONDS).getDeliveries().get(0);
    assertThat(delivery.getLease()).containsExactly(1, 2);
    assertThat(delivery.getLeaseMillis()).isEqualTo(30_000);
    assertThat(delivery.getAttempt()).isEqualTo(2);
    assertThat(delivery.getMessageId()).isEqualTo("id");
    assertThat(delivery.getBornAtMillis()).isEqualTo(1_000);
    assertThat(delivery.getStoredAtMillis()).isEqualTo(2_000);
    assertThat(delivery.getPosition()).isEqualTo("q:0@9");
    assertThat(delivery.getMessage().getBody()).containsExactly(3);
    assertThat(delivery.getMessage().getKey()).containsExactly('k');
    assertThat(delivery.getMessage().getTag()).isEqualTo("tag");
    assertThat(delivery.getMessage().getHeaders())
        .containsExactly(new Header("none"), new Header("some").setValue(new byte[] {5}));
  }

  @Test
  void D15_everyLeaseIsAnsweredForItself() throws Exception {
    Consume.Client client = edge.consume();
    ByteBuffer lease = ByteBuffer.wrap(new byte[] {4, 2});
    edge.consume.settled =
        new Settled(dev.headgate.server.consume.SettleStatus.FENCED, "moved on", Duration.ZERO);
    NackEntry entry = new NackEntry(lease.duplicate());
    entry.setDelayMillis(250).setReason("é".repeat(600));

    assertThat(client.nack(new NackRequest(List.of(entry))).getResults())
        .singleElement()
        .satisfies(result -> assertThat(result.getMessage()).isEqualTo("moved on"))
        .satisfies(result -> assertThat(result.getStatus()).isEqualTo(SettleStatus.FENCED));
    dev.headgate.server.consume.Nack nack = edge.consume.nacks.take();
    assertThat(nack.delay()).isEqualTo(Duration.ofMillis(250));
    assertThat(nack.reason()).isEqualTo("é".repeat(512));

    edge.consume.settled =
        new Settled(dev.headgate.server.consume.SettleStatus.DONE, "", Duration.ofSeconds(12));
    assertThat(client.extend(new ExtendRequest(List.of(lease, lease))).getResults())
        .hasSize(2)
        .allSatisfy(result -> assertThat(result.getLeaseMillis()).isEqualTo(12_000));
  }

  @Test
  void D4_aBatchIsAnsweredEntryByEntry() throws Exception {
    edge.produce.answer =
        command ->
            command.body().isEmpty()
                ? CompletableFuture.failedFuture(
                    new GatewayException(ErrorCode.QUOTA_EXCEEDED, "too fast"))
                : edge.produce.stored();
    Message wrong = message("x").setDelayMillis(1).setDeliverAtMillis(1);

    List<SendOutcome> outcomes =
        edge.produce()
            .sendBatch(
                new SendBatchRequest("t", List.of(message("a"), wrong, message(""), message("b"))))
            .getOutcomes();

    assertThat(outcomes).hasSize(4);
    assertThat(outcomes.get(0).getResult().getMessageId()).isEqualTo("m-1");
    assertThat(outcomes.get(1).getFailure().getCode()).isEqualTo(100);
    assertThat(outcomes.get(2).getFailure().getCode()).isEqualTo(200);
    assertThat(outcomes.get(3).getResult().getMessageId()).isEqualTo("m-2");
  }

  @Test
  void D41_aFailureOfTheCoreKeepsEverythingOfItself() throws Exception {
    edge.produce.answer =
        command ->
            CompletableFuture.failedFuture(
                new GatewayException(
                    ErrorCode.QUOTA_EXCEEDED,
                    dev.headgate.server.error.Outcome.NOT_APPLIED,
                    "topic t: over quota",
                    Duration.ofMillis(70),
                    Map.of("topic", "t"),
                    null));

    var failure = failure(() -> edge.produce().send(new SendRequest("t", message("x"))));

    assertThat(failure.getCode()).isEqualTo(200);
    assertThat(failure.getCategory()).isEqualTo(Category.LIMIT);
    assertThat(failure.getMessage()).isEqualTo("topic t: over quota");
    assertThat(failure.isRetryable()).isTrue();
    assertThat(failure.getOutcome()).isEqualTo(Outcome.NOT_APPLIED);
    assertThat(failure.getRetryAfterMillis()).isEqualTo(70);
    assertThat(failure.getDetails()).containsEntry("topic", "t");
  }

  @Test
  void aDefectOfTheCoreLeaksNothing() throws Exception {
    Produce.Client client = edge.produce();
    edge.produce.answer =
        command -> CompletableFuture.failedFuture(new IllegalStateException("secret of 10.0.0.7"));
    var failed = failure(() -> client.send(new SendRequest("t", message("x"))));
    edge.produce.answer =
        command -> {
          throw new IllegalStateException("secret of 10.0.0.7");
        };
    var thrown = failure(() -> client.send(new SendRequest("t", message("x"))));

    assertThat(List.of(failed, thrown))
        .allSatisfy(
            failure -> {
              assertThat(failure.getCode()).isEqualTo(400);
              assertThat(failure.getOutcome()).isEqualTo(Outcome.UNKNOWN);
              assertThat(failure.getMessage()).matches("internal error, reference [0-9a-f]+");
            });
  }

  @Test
  void D42_argumentsOutsideTheirLimitsAreRefusedByName() throws Exception {
    Produce.Client produce = edge.produce();
    Consume.Client consume = edge.consume();
    Message both = message("x").setDelayMillis(1).setDeliverAtMillis(1);
    CallContext forever = new CallContext().setTimeoutMillis(600_001);

    assertThat(refusal(() -> produce.send(new SendRequest("t", both)))).contains("delayMillis");
    assertThat(refusal(() -> produce.send(new SendRequest("t", message("x").setDelayMillis(-1)))))
        .contains("delayMillis: -1");
    assertThat(refusal(() -> produce.send(new SendRequest("t", message("x")).setContext(forever))))
        .contains("context.timeoutMillis: 600001 (expected: 1 to 600000)");
    assertThat(refusal(() -> produce.sendBatch(new SendBatchRequest("t", List.of()))))
        .contains("messages");
    assertThat(refusal(() -> consume.receive(receive(60_001)))).contains("waitMillis");
    assertThat(refusal(() -> consume.receive(receive(0).setMaxMessages(0))))
        .contains("maxMessages: 0 (expected: 1 to 1000)");
    assertThat(refusal(() -> consume.receive(receive(0).setMaxBytes(0)))).contains("maxBytes");
    assertThat(refusal(() -> consume.receive(receive(0).setLeaseMillis(0)))).contains("lease");
    assertThat(refusal(() -> consume.ack(new AckRequest(List.of())))).contains("leases");
    assertThat(
            refusal(
                () ->
                    consume.receive(
                        receive(0).setFilter(dev.headgate.idl.gateway.Filter.tags(List.of())))))
        .contains("filter.tags");
    assertThat(edge.produce.asked).isEmpty();
    assertThat(edge.consume.parked).isEmpty();
  }

  @Test
  void D30_delayedMessageIsCancelledByItsHandle() throws Exception {
    Produce.Client produce = edge.produce();

    produce.cancel(new dev.headgate.idl.gateway.CancelRequest("t", "known"));

    assertThat(
            failure(() -> produce.cancel(new dev.headgate.idl.gateway.CancelRequest("t", "other")))
                .getCode())
        .isEqualTo(109);
  }

  @Test
  void D31_transactionsReachTheCore() throws Exception {
    Produce.Client produce = edge.produce();
    edge.transactions.checks.complete(List.of(FakeTransactions.aCheck()));

    var prepared =
        produce.prepare(new dev.headgate.idl.gateway.PrepareRequest("t", "g", message("x")));
    produce.commit(new dev.headgate.idl.gateway.EndTransactionRequest("tx"));
    produce.rollback(new dev.headgate.idl.gateway.EndTransactionRequest("tx"));
    var checks =
        produce
            .pendingChecks(
                new dev.headgate.idl.gateway.PendingChecksRequest("g").setWaitMillis(500))
            .getChecks();

    assertThat(prepared.getMessageId()).isEqualTo("m-1");
    assertThat(prepared.getTransactionId()).isEqualTo("tx");
    assertThat(edge.transactions.asked)
        .containsExactly("prepare t g x", "commit tx", "rollback tx", "checks g 16 500");
    assertThat(checks)
        .singleElement()
        .satisfies(
            check -> {
              assertThat(check.getTransactionId()).isEqualTo("tx");
              assertThat(check.getTopic()).isEqualTo("t");
              assertThat(check.getMessageId()).isEqualTo("m-1");
              assertThat(check.getAttempt()).isEqualTo(3);
            });
    assertThat(
            failure(
                    () ->
                        produce.commit(new dev.headgate.idl.gateway.EndTransactionRequest("other")))
                .getCode())
        .isEqualTo(109);
  }

  @Test
  void D24_seekTargetReachesTheCoreAndAnEmptyOneIsRefused() throws Exception {
    Consume.Client consume = edge.consume();
    for (var target :
        List.of(
            dev.headgate.idl.gateway.SeekTarget.edge(dev.headgate.idl.gateway.Edge.START),
            dev.headgate.idl.gateway.SeekTarget.edge(dev.headgate.idl.gateway.Edge.END),
            dev.headgate.idl.gateway.SeekTarget.timestampMillis(7),
            dev.headgate.idl.gateway.SeekTarget.position("q:0@3"))) {
      consume.seek(new dev.headgate.idl.gateway.SeekRequest("t", "g", target));
    }

    assertThat(edge.consume.seeks)
        .containsExactly(
            new SeekTarget.Start(),
            new SeekTarget.End(),
            new SeekTarget.At(Instant.ofEpochMilli(7)),
            new SeekTarget.To("q:0@3"));
    var group =
        edge.admin()
            .seekGroup(
                new dev.headgate.idl.admin.SeekGroupRequest(
                    "t", "g", dev.headgate.idl.gateway.SeekTarget.position("q:0@3")));
    assertThat(group.getGroup()).isEqualTo("g");
  }

  @Test
  void D23_instanceOfABroadcastReachesTheCore() throws Exception {
    Consume.Client consume = edge.consume();
    var answer = async(() -> consume.receive(receive(1_000).setBroadcastInstance("cache-1")));
    FakeConsume.Parked parked =
        java.util.Objects.requireNonNull(edge.consume.parked.poll(10, TimeUnit.SECONDS));

    assertThat(parked.command.broadcastInstance()).isEqualTo("cache-1");
    parked.deliver();
    assertThat(answer.get(10, TimeUnit.SECONDS).getDeliveries()).isEmpty();
  }

  @Test
  void configurationInForceIsShown() throws Exception {
    assertThat(edge.admin().config(new dev.headgate.idl.admin.ConfigRequest()).getYaml())
        .isEqualTo("node: {name: n1}");
  }

  @Test
  void D13_deadLettersAreShownReplayedAndPurged() throws Exception {
    var admin = edge.admin();

    var page =
        admin.browseDeadLetters(
            new dev.headgate.idl.admin.BrowseDeadLettersRequest("g").setMaxLetters(5));
    assertThat(page.getNextPage()).isEqualTo("after 5");
    assertThat(page.getLetters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.getId()).isEqualTo("main:0@7");
              assertThat(letter.getTopic()).isEqualTo("orders");
              assertThat(letter.getAttempts()).isEqualTo(16);
              assertThat(letter.getReason()).isEqualTo("no good");
              assertThat(letter.getDeadAtMillis()).isEqualTo(5);
              assertThat(letter.getOrigin()).isEqualTo("q:0@3");
            });

    var selection = new dev.headgate.idl.admin.DeadLetterSelection("g");
    var replayed = admin.replayDeadLetters(selection.setIds(List.of("main:0@7")));
    assertThat(replayed)
        .isEqualTo(
            new dev.headgate.idl.admin.DeadLettersResult(3)
                .setFailed(1)
                .setReason("no route")
                .setMore(true));
    var purged = admin.purgeDeadLetters(new dev.headgate.idl.admin.DeadLetterSelection("g"));
    assertThat(purged).isEqualTo(new dev.headgate.idl.admin.DeadLettersResult(2));
    assertThat(edge.letters.selections.get(0).ids()).containsExactly("main:0@7");
    assertThat(edge.letters.selections.get(1).ids()).isNull();
  }

  @Test
  void D13_noIdsAreNotAllIds() throws Exception {
    var none = new dev.headgate.idl.admin.DeadLetterSelection("g").setIds(List.of());

    var failure = failure(() -> edge.admin().purgeDeadLetters(none));

    assertThat(failure.getCode()).isEqualTo(100);
    assertThat(failure.getMessage()).contains("ids: number of entries: 0 (expected: 1 to 1000)");
    assertThat(edge.letters.selections).isEmpty();
  }

  @Test
  void operatorsAreServedOnTheSamePort() throws Exception {
    var admin = edge.admin();
    var spec = new dev.headgate.idl.admin.TopicSpec("orders").setPartitions(3).setOrdered(true);

    assertThat(
            admin.createTopic(new dev.headgate.idl.admin.CreateTopicRequest(spec)).getPartitions())
        .isEqualTo(3);
    assertThat(admin.listTopics(new dev.headgate.idl.admin.ListTopicsRequest()).getTopics())
        .extracting(topic -> topic.getTopic())
        .containsExactly("orders");
    assertThat(admin.describeTopic(new dev.headgate.idl.admin.TopicRequest("orders")).isOrdered())
        .isTrue();
    assertThat(admin.listGroups(new dev.headgate.idl.admin.ListGroupsRequest()).getGroups())
        .singleElement()
        .satisfies(
            group -> {
              assertThat(group.getLagMessages()).isEqualTo(7);
              assertThat(group.getLagMillis()).isEqualTo(90_000);
              assertThat(group.getClients()).containsExactly("client-1");
            });
    admin.deleteTopic(new dev.headgate.idl.admin.TopicRequest("orders"));
    assertThat(
            failure(() -> admin.describeTopic(new dev.headgate.idl.admin.TopicRequest("orders")))
                .getCode())
        .isEqualTo(101);
    assertThat(admin.drain(new dev.headgate.idl.admin.DrainRequest()).getTookMillis()).isEqualTo(5);
  }

  @Test
  void locateNamesNodes() throws Exception {
    assertThat(edge.consume().locate(new LocateRequest("t", "g")).getNodes())
        .singleElement()
        .satisfies(node -> assertThat(node.getAddress()).isEqualTo("127.0.0.1:9300"));
  }

  @Test
  void aRequestThatIsMissingAltogetherIsRefused() {
    assertThat(refusal(() -> edge.produce().send(null))).isEqualTo("request: missing");
    assertThatThrownBy(() -> edge.produce().version(null)).isInstanceOf(GatewayError.class);
  }

  private interface Calling {
    void call() throws Exception;
  }

  private static String refusal(Calling call) {
    var failure = failure(call);
    assertThat(failure.getCode()).isEqualTo(100);
    assertThat(failure.getOutcome()).isEqualTo(Outcome.NOT_APPLIED);
    return failure.getMessage();
  }

  private static dev.headgate.idl.gateway.Failure failure(Calling call) {
    return catchThrowableOfType(GatewayError.class, call::call).getFailure();
  }

  private static Message message(String body) {
    return new Message(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
  }

  private static ReceiveRequest receive(long waitMillis) {
    return new ReceiveRequest("t", "g").setWaitMillis(waitMillis);
  }

  private static Delivery delivery(byte[] lease, byte[] body) {
    return new Delivery(
        lease,
        Duration.ofSeconds(30),
        2,
        new dev.headgate.engine.Message(
            "id",
            Bytes.wrap(body),
            Bytes.utf8("k"),
            "tag",
            List.of(
                new dev.headgate.engine.Header("none", null),
                new dev.headgate.engine.Header("some", Bytes.wrap(new byte[] {5}))),
            null,
            Instant.ofEpochMilli(1_000),
            null),
        Instant.ofEpochMilli(2_000),
        "q:0@9");
  }

  private static <T> CompletableFuture<T> async(java.util.concurrent.Callable<T> call) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return call.call();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }
}
