package dev.headgate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.idl.gateway.CancelRequest;
import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.EndTransactionRequest;
import dev.headgate.idl.gateway.ErrorCode;
import dev.headgate.idl.gateway.Failure;
import dev.headgate.idl.gateway.Outcome;
import dev.headgate.idl.gateway.PendingCheck;
import dev.headgate.idl.gateway.PendingChecksRequest;
import dev.headgate.idl.gateway.PrepareRequest;
import dev.headgate.idl.gateway.PrepareResult;
import dev.headgate.it.harness.Until;
import dev.headgate.it.harness.Wire;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.thrift.TException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Prepared messages and cancelled delays on a RocketMQ that asks each second, eight times, what
 * became of what is prepared.
 */
@Timeout(150)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TransactionIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int MAX_CHECKS = 8;
  private static final Map<String, String> BROKER =
      Map.of(
          "transactionTimeOut", "1000",
          "transactionCheckInterval", "1000",
          "transactionCheckMax", Integer.toString(MAX_CHECKS));

  private OwnGateway own;
  private Wire wire;
  private String topic;
  private String group;
  private String producers;

  @BeforeAll
  void start() throws Exception {
    own = OwnGateway.start("transactions", BROKER);
  }

  @AfterAll
  void stop() {
    own.close();
  }

  @BeforeEach
  void connect() throws TException {
    String unique = UUID.randomUUID().toString().substring(0, 8);
    topic = "x-" + unique;
    group = "group-" + unique;
    producers = "producers-" + unique;
    wire = Wire.connect(own.gateway().port());
  }

  @AfterEach
  void disconnect() {
    wire.close();
  }

  @Test
  void D31_committedIsSeenAndRolledBackIsNot() throws Exception {
    PrepareResult committed = prepare("committed");
    PrepareResult rolledBack = prepare("rolled back");
    assertThat(wire.receive(topic, group, 10, Duration.ofSeconds(2))).isEmpty();

    commit(wire, committed.getTransactionId());
    commit(wire, committed.getTransactionId());
    rollback(wire, rolledBack.getTransactionId());
    Failure failure =
        Errors.refusalOf(ErrorCode.NOT_FOUND, () -> commit(wire, rolledBack.getTransactionId()));

    assertThat(failure.getOutcome()).isEqualTo(Outcome.NOT_APPLIED);
    List<Delivery> deliveries = wire.receiveAll(topic, group, 1, SOON);
    assertThat(deliveries).hasSize(1);
    assertThat(Messages.textOf(deliveries.get(0))).isEqualTo("committed");
    assertThat(deliveries.get(0).getMessageId()).isEqualTo(committed.getMessageId());
    assertThat(wire.receive(topic, group, 10, Duration.ofSeconds(3))).isEmpty();
  }

  @Test
  void D31_anotherMemberAnswersForASilentProducer() throws Exception {
    String messageId;
    try (Wire silent = Wire.connect(own.gateway().port())) {
      messageId =
          silent
              .produce()
              .prepare(
                  new PrepareRequest(topic, producers, Messages.keyed("key", "half"))
                      .setContext(Wire.within(SOON)))
              .getMessageId();
    }

    PendingCheck check = awaitCheck();

    assertThat(check.getMessageId()).isEqualTo(messageId);
    assertThat(check.getTopic()).isEqualTo(topic);
    assertThat(check.getMessage().getKey()).isEqualTo("key".getBytes(UTF_8));
    assertThat(check.getMessage().getBody()).isEqualTo("half".getBytes(UTF_8));
    commit(wire, check.getTransactionId());
    List<Delivery> deliveries = wire.receiveAll(topic, group, 1, SOON);
    assertThat(deliveries).extracting(Delivery::getMessageId).containsExactly(messageId);
  }

  @Test
  void D31_gatewayIsKilledBetweenPrepareAndCommit() throws Exception {
    PrepareResult committed = prepare("committed");
    PrepareResult rolledBack = prepare("rolled back");

    own.gateway().kill();
    own.gateway().restart();

    try (Wire after = Wire.connect(own.gateway().port())) {
      rollback(after, rolledBack.getTransactionId());
      commit(after, committed.getTransactionId());
      List<Delivery> deliveries = after.receiveAll(topic, group, 1, SOON);
      assertThat(Messages.textsOf(deliveries)).containsExactly("committed");
      assertThat(after.receive(topic, group, 10, Duration.ofSeconds(2))).isEmpty();
    }
  }

  @Test
  void D31_whatNobodyAnswersIsRolledBackAndCounted() throws Exception {
    prepare("silent");
    int attempts = 0;
    while (attempts < MAX_CHECKS) {
      PendingCheck check = awaitCheck();
      assertThat(check.getAttempt()).isGreaterThan(attempts);
      attempts = check.getAttempt();
    }

    Until.holds(
        "the message is counted as given up",
        Duration.ofSeconds(60),
        () -> metrics().contains("headgate_transactions_total{outcome=\"given-up\"} 1"));
    assertThat(wire.receive(topic, group, 10, Duration.ofSeconds(2))).isEmpty();
  }

  @Test
  void D30_delayedMessageIsCancelledUntilItIsDue() throws Exception {
    Wire other = Wire.connect(own.gateway().port());
    String withdrawn = delayed("withdrawn", Duration.ofSeconds(4));
    String kept = delayed("kept", Duration.ofSeconds(5));

    other.produce().cancel(cancel(withdrawn));
    Failure again =
        Errors.refusalOf(ErrorCode.NOT_FOUND, () -> other.produce().cancel(cancel(withdrawn)));
    Failure unknown =
        Errors.refusalOf(ErrorCode.NOT_FOUND, () -> other.produce().cancel(cancel("unknown")));
    List<Delivery> deliveries = wire.receiveAll(topic, group, 1, SOON);
    Failure late =
        Errors.refusalOf(ErrorCode.NOT_FOUND, () -> other.produce().cancel(cancel(kept)));

    assertThat(Messages.textsOf(deliveries)).containsExactly("kept");
    assertThat(wire.receive(topic, group, 10, Duration.ofSeconds(2))).isEmpty();
    assertThat(again.getDetails()).containsEntry("reason", "settled");
    assertThat(unknown.getDetails()).containsEntry("reason", "unknown");
    assertThat(late.getDetails()).containsEntry("reason", "due");
    other.close();
  }

  private String delayed(String body, Duration delay) throws TException {
    var sent = wire.send(topic, Messages.text(body).setDelayMillis(delay.toMillis()));
    assertThat(sent.isSetPosition()).isFalse();
    return sent.getDelayHandle();
  }

  private CancelRequest cancel(String handle) {
    return new CancelRequest(topic, handle).setContext(Wire.within(SOON));
  }

  private PrepareResult prepare(String body) throws TException {
    return wire.produce()
        .prepare(
            new PrepareRequest(topic, producers, Messages.text(body))
                .setContext(Wire.within(SOON)));
  }

  private static void commit(Wire wire, String id) throws TException {
    wire.produce().commit(new EndTransactionRequest(id).setContext(Wire.within(SOON)));
  }

  private static void rollback(Wire wire, String id) throws TException {
    wire.produce().rollback(new EndTransactionRequest(id).setContext(Wire.within(SOON)));
  }

  private PendingCheck awaitCheck() throws TException {
    List<PendingCheck> checks =
        wire.produce()
            .pendingChecks(
                new PendingChecksRequest(producers)
                    .setMaxChecks(1)
                    .setWaitMillis(30_000)
                    .setContext(Wire.within(Duration.ofSeconds(40))))
            .getChecks();
    assertThat(checks).hasSize(1);
    return checks.get(0);
  }

  private String metrics() throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + own.gateway().httpPort() + "/metrics"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
