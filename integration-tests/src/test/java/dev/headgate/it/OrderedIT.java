package dev.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.ErrorCode;
import dev.headgate.idl.gateway.SettleStatus;
import dev.headgate.it.harness.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.thrift.TException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rule D19, and what it means for the others: one message of a key at a time. */
class OrderedIT extends ThroughGateway {
  @BeforeEach
  void useAnOrderedTopicOfOnePartition() throws TException {
    topic = unique("ordered");
    Groups.createTopic(wire, topic, 1, true);
  }

  @Test
  void D19_nextMessageOfAKeyWaitsUntilTheOneBeforeIsAcked() throws TException {
    send("a", "a1", "a2");
    send("b", "b1");

    List<Delivery> first = wire.receiveAll(topic, group, 2, SOON);
    assertThat(Messages.textsOf(first)).containsExactlyInAnyOrder("a1", "b1");
    assertThat(anotherWire().receive(topic, group, 10, QUIET)).isEmpty();

    wire.ack(first);
    assertThat(Messages.textsOf(wire.receiveAll(topic, group, 1, SOON))).containsExactly("a2");
  }

  @Test
  void D19_nextAttemptComesBeforeTheNextMessageOfTheKey() throws TException {
    send("a", "a1", "a2");
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Delivery delivery = receiveOne(Duration.ofSeconds(10));
      seen.add(Messages.textOf(delivery) + " attempt " + delivery.getAttempt());
      if (i < 2) {
        wire.nack(delivery, Duration.ofMillis(300), "again");
      } else {
        wire.ack(delivery);
      }
    }

    assertThat(seen)
        .containsExactly("a1 attempt 1", "a1 attempt 2", "a1 attempt 3", "a2 attempt 1");
  }

  @Test
  void D19_retryingOneKeyDoesNotStopOthersOfTheSamePartition() throws TException {
    send("stuck", "s1", "s2");
    Delivery stuck = receiveOne(Duration.ofSeconds(10));
    wire.nack(stuck, Duration.ofSeconds(4), "later");
    for (int i = 0; i < 30; i++) {
      send("free" + i % 3, "f" + i);
    }

    List<String> seen = new ArrayList<>();
    long deadline = System.nanoTime() + SOON.toNanos();
    while (seen.size() < 32 && System.nanoTime() - deadline < 0) {
      List<Delivery> deliveries = wire.receive(topic, group, 8, Duration.ofMillis(500));
      seen.addAll(Messages.textsOf(deliveries));
      if (!deliveries.isEmpty()) {
        wire.ack(deliveries);
      }
    }

    assertThat(seen).hasSize(32);
    assertThat(seen.indexOf("s1")).as("the stuck one waits for its delay").isGreaterThan(20);
    assertThat(seen.indexOf("s2")).isGreaterThan(seen.indexOf("s1"));
    assertThat(seen.stream().filter(text -> text.startsWith("f")).toList())
        .as("each free key in order")
        .satisfies(
            free -> {
              for (int key = 0; key < 3; key++) {
                int of = key;
                assertThat(
                        free.stream()
                            .mapToInt(text -> Integer.parseInt(text.substring(1)))
                            .filter(number -> number % 3 == of)
                            .toArray())
                    .isSorted();
              }
            });
  }

  @Test
  void D19_lateAckOfAnExpiredLeaseIsRefusedAndTheMessageComesAgain() throws TException {
    send("a", "a1", "a2");
    Delivery late = receiveOne(Duration.ofSeconds(1));

    Delivery again = receiveOne(Duration.ofSeconds(10));

    assertThat(Messages.textOf(again)).isEqualTo("a1");
    assertThat(again.getAttempt()).isEqualTo(2);
    assertThat(wire.ack(late).getStatus()).isIn(SettleStatus.EXPIRED, SettleStatus.FENCED);
    assertThat(anotherWire().receive(topic, group, 1, QUIET)).isEmpty();
    assertThat(wire.ack(again).getStatus()).isEqualTo(SettleStatus.DONE);
    assertThat(Messages.textOf(receiveOne(Duration.ofSeconds(10)))).isEqualTo("a2");
  }

  @Test
  void aMessageWithoutKeyIsRefusedOnAnOrderedTopic() {
    Errors.refusalOf(ErrorCode.INVALID_ARGUMENT, () -> wire.send(topic, Messages.text("no key")));
  }

  private void send(String key, String... texts) throws TException {
    for (String text : texts) {
      wire.send(topic, Messages.keyed(key, text));
    }
  }

  private Delivery receiveOne(Duration lease) throws TException {
    long deadline = System.nanoTime() + SOON.toNanos();
    List<Delivery> deliveries = List.of();
    Wire receiver = wire;
    while (deliveries.isEmpty() && System.nanoTime() - deadline < 0) {
      deliveries = receiver.receive(topic, group, 1, Duration.ofMillis(500), lease);
    }
    assertThat(deliveries).hasSize(1);
    return deliveries.get(0);
  }
}
