package dev.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.ErrorCode;
import dev.headgate.idl.gateway.ExtendRequest;
import dev.headgate.idl.gateway.SettleResult;
import dev.headgate.idl.gateway.SettleStatus;
import dev.headgate.it.harness.GatewayConfigFile;
import dev.headgate.it.harness.Until;
import dev.headgate.it.harness.Wire;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.thrift.TException;
import org.junit.jupiter.api.Test;

/** Rules D10 to D15 and D17: leases of an unordered topic. */
class ReceiveIT extends ThroughGateway {
  private static final Duration SHORT = Duration.ofSeconds(2);

  @Test
  void D10_leasedMessageIsGivenToNoOneElse() throws TException {
    wire.send(topic, Messages.text("one"));
    Delivery held = receiveOne(Duration.ofSeconds(10));

    assertThat(anotherWire().receive(topic, group, 10, QUIET)).isEmpty();

    assertThat(wire.ack(held).getStatus()).isEqualTo(SettleStatus.DONE);
  }

  @Test
  void D11_ackedMessagesAreNotDeliveredAgainInWhateverOrderTheyAreAcked() throws Exception {
    for (int i = 0; i < 40; i++) {
      wire.send(topic, Messages.text("m" + i));
    }
    List<Delivery> deliveries = wire.receiveAll(topic, group, 40, SOON);
    assertThat(new HashSet<>(Messages.textsOf(deliveries))).hasSize(40);
    List<Delivery> shuffled = new ArrayList<>(deliveries);
    Collections.reverse(shuffled);

    assertThat(wire.ack(shuffled))
        .allSatisfy(result -> assertThat(result.getStatus()).isEqualTo(SettleStatus.DONE));

    assertThat(wire.receive(topic, group, 10, QUIET)).isEmpty();
    Groups.awaitNoLag(wire, topic, group, SOON);
  }

  @Test
  void D11_theCommittedPositionNeverPassesAnUnackedMessage() throws Exception {
    Groups.createTopic(wire, topic, 1, false);
    for (int i = 0; i < 10; i++) {
      wire.send(topic, Messages.text("m" + i));
    }
    List<Delivery> deliveries = wire.receiveAll(topic, group, 10, SOON);
    Delivery held = deliveries.get(3);
    wire.ack(deliveries.stream().filter(delivery -> delivery != held).toList());

    Until.holds(
        "the first three are committed", SOON, () -> Groups.committed(wire, topic, group) == 3);
    // Past several commit intervals it still stands there.
    assertThat(anotherWire().receive(topic, group, 10, Duration.ofSeconds(3))).isEmpty();
    assertThat(Groups.committed(wire, topic, group)).isEqualTo(3);

    wire.ack(held);
    Until.holds("all are committed", SOON, () -> Groups.committed(wire, topic, group) == 10);
  }

  @Test
  void D12_nackedMessageComesBackAfterTheDelayAskedForWithTheNextAttempt() throws TException {
    wire.send(topic, Messages.text("again"));
    Delivery first = receiveOne(Duration.ofSeconds(20));
    long start = System.nanoTime();
    assertThat(wire.nack(first, Duration.ofMillis(1_200), "not yet").getStatus())
        .isEqualTo(SettleStatus.DONE);

    Delivery second = receiveOne(Duration.ofSeconds(20));

    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofMillis(1_150));
    assertThat(second.getAttempt()).isEqualTo(2);
    assertThat(second.getMessageId()).isEqualTo(first.getMessageId());
    assertThat(second.getMessage()).isEqualTo(first.getMessage());
    wire.ack(second);
  }

  @Test
  void D12_expiredLeaseBringsTheMessageBackWithTheNextAttempt() throws TException {
    wire.send(topic, Messages.text("forgotten"));
    Delivery first = receiveOne(Duration.ofSeconds(1));

    Delivery second = receiveOne(Duration.ofSeconds(20));

    assertThat(second.getAttempt()).isEqualTo(2);
    assertThat(second.getMessageId()).isEqualTo(first.getMessageId());
    assertThat(wire.ack(first).getStatus()).isIn(SettleStatus.EXPIRED, SettleStatus.FENCED);
    assertThat(wire.ack(second).getStatus()).isEqualTo(SettleStatus.DONE);
  }

  @Test
  void D14_extendProlongsALeaseButNotPastTheMaximum() throws TException {
    group = unique("brief");
    wire.send(topic, Messages.text("slow work"));
    Delivery held = receiveOne(SHORT);

    SettleResult once = extend(held, Duration.ofSeconds(4));
    assertThat(once.getStatus()).isEqualTo(SettleStatus.DONE);
    assertThat(once.getLeaseMillis()).isBetween(3_000L, 4_000L);
    // Past the first lease the message is still held.
    assertThat(anotherWire().receive(topic, group, 10, SHORT.plusMillis(500))).isEmpty();

    SettleResult tooLong = extend(held, Duration.ofMinutes(1));
    assertThat(tooLong.getStatus()).isEqualTo(SettleStatus.DONE);
    assertThat(tooLong.getLeaseMillis())
        .isLessThanOrEqualTo(GatewayConfigFile.BRIEF_MAX_LEASE.toMillis());
    assertThat(wire.ack(held).getStatus()).isEqualTo(SettleStatus.DONE);
  }

  @Test
  void D15_everyLeaseIsAnsweredForItself() throws TException {
    for (int i = 0; i < 2; i++) {
      wire.send(topic, Messages.text("m" + i));
    }
    List<Delivery> deliveries = wire.receiveAll(topic, group, 2, SOON);
    Delivery forged = deliveries.get(1).deepCopy();
    byte[] lease = Messages.bytesOf(forged.bufferForLease());
    lease[lease.length - 1] ^= 1;
    forged.setLease(lease);
    Delivery garbage = deliveries.get(1).deepCopy();
    garbage.setLease(new byte[] {1, 2, 3});

    List<SettleResult> results =
        wire.ack(List.of(deliveries.get(0), forged, garbage, deliveries.get(0)));

    assertThat(results)
        .extracting(SettleResult::getStatus)
        .containsExactly(
            SettleStatus.DONE, SettleStatus.UNKNOWN, SettleStatus.UNKNOWN, SettleStatus.DONE);
    assertThat(results.get(1).getMessage()).isNotBlank();
    assertThat(wire.ack(deliveries.get(1)).getStatus()).isEqualTo(SettleStatus.DONE);
  }

  @Test
  void D15_settlingNothingOrTooMuchIsRefused() {
    Errors.refusalOf(ErrorCode.INVALID_ARGUMENT, () -> wire.ack(List.of()));
  }

  @Test
  void D17_oneStuckMessageHoldsBackNeitherOthersNorTheirCommit() throws Exception {
    group = unique("brief");
    Groups.createTopic(wire, topic, 1, false);
    for (int i = 0; i < 50; i++) {
      wire.send(topic, Messages.text("m" + i));
    }
    Delivery stuck = receiveOne(GatewayConfigFile.BRIEF_LEASE);
    assertThat(Messages.textOf(stuck)).isEqualTo("m0");

    Set<String> others = new HashSet<>();
    Wire worker = anotherWire();
    Until.holds(
        "the others are delivered while one is held",
        SOON,
        () -> {
          extend(stuck, GatewayConfigFile.BRIEF_LEASE);
          List<Delivery> more = worker.receive(topic, group, 16, Duration.ofMillis(300));
          others.addAll(Messages.textsOf(more));
          if (!more.isEmpty()) {
            worker.ack(more);
          }
          return others.size() == 49;
        });
    Until.holds(
        "the stuck one is taken from its holder at the group's maximum",
        GatewayConfigFile.BRIEF_MAX_LEASE.plus(SOON),
        () -> extend(stuck, GatewayConfigFile.BRIEF_LEASE).getStatus() != SettleStatus.DONE);
    Until.holds("the commit passes it", SOON, () -> Groups.committed(wire, topic, group) == 50);

    List<Delivery> back = wire.receiveAll(topic, group, 1, SOON);
    assertThat(Messages.textsOf(back)).containsExactly("m0");
    assertThat(back.get(0).getAttempt()).isEqualTo(2);
    assertThat(wire.ack(back.get(0)).getStatus()).isEqualTo(SettleStatus.DONE);
  }

  @Test
  void aMessageThatArrivesWhileReceivesAreParkedWakesOneOfThem() throws Exception {
    wire.receive(topic, group, 1, Duration.ofMillis(100));
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<List<Delivery>>> parked = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Wire receiver = anotherWire();
        Callable<List<Delivery>> receive =
            () -> receiver.receive(topic, group, 1, Duration.ofSeconds(15));
        parked.add(threads.submit(receive));
      }
      for (int i = 0; i < 8; i++) {
        wire.send(topic, Messages.text("m" + i));
      }
      Set<String> texts = new HashSet<>();
      for (Future<List<Delivery>> each : parked) {
        texts.addAll(Messages.textsOf(each.get()));
      }
      assertThat(texts).hasSize(8);
    } finally {
      threads.shutdownNow();
    }
  }

  private Delivery receiveOne(Duration lease) throws TException {
    long deadline = System.nanoTime() + SOON.toNanos();
    List<Delivery> deliveries = List.of();
    while (deliveries.isEmpty() && System.nanoTime() - deadline < 0) {
      deliveries = wire.receive(topic, group, 1, Duration.ofMillis(500), lease);
    }
    assertThat(deliveries).hasSize(1);
    return deliveries.get(0);
  }

  private SettleResult extend(Delivery delivery, Duration lease) throws TException {
    List<ByteBuffer> leases = List.of(delivery.bufferForLease());
    return wire.consume()
        .extend(
            new ExtendRequest()
                .setContext(Wire.within(SOON))
                .setLeases(leases)
                .setLeaseMillis(lease.toMillis()))
        .getResults()
        .get(0);
  }
}
