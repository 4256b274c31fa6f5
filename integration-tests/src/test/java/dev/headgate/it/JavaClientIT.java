package dev.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.client.Consumer;
import dev.headgate.client.ConsumerOptions;
import dev.headgate.client.ErrorCode;
import dev.headgate.client.HeadgateClient;
import dev.headgate.client.HeadgateException;
import dev.headgate.client.Message;
import dev.headgate.client.Outcome;
import dev.headgate.client.RetryLater;
import dev.headgate.it.harness.FaultyLink;
import dev.headgate.it.harness.FaultyLink.Direction;
import dev.headgate.it.harness.Until;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The Java client against the real gateway, on good links and on bad ones. */
class JavaClientIT extends ThroughGateway {
  @Test
  void consumerHandlesWhatTheProducerSends() throws Exception {
    Set<String> handled = ConcurrentHashMap.newKeySet();
    try (HeadgateClient client = client(shared.gateway().port())) {
      for (int i = 0; i < 100; i++) {
        client.producer().send(topic, Message.of("m" + i));
      }
      try (Consumer consumer =
          client.subscribe(
              topic,
              group,
              delivery -> handled.add(delivery.message().bodyText()),
              ConsumerOptions.defaults().withConcurrency(8).withPollWait(Duration.ofMillis(500)))) {
        Until.holds("all are handled", SOON, () -> handled.size() == 100);
        Until.holds("all are settled", SOON, () -> consumer.inHand() == 0);
      }
    }
    Groups.awaitNoLag(wire, topic, group, SOON);
  }

  @Test
  void D12_handlerThatThrowsGetsTheMessageAgain() throws Exception {
    Queue<Integer> attempts = new ConcurrentLinkedQueue<>();
    CountDownLatch done = new CountDownLatch(1);
    try (HeadgateClient client = client(shared.gateway().port())) {
      client.producer().send(topic, Message.of("difficult"));
      try (Consumer consumer =
          client.subscribe(
              topic,
              group,
              delivery -> {
                attempts.add(delivery.attempt());
                switch (delivery.attempt()) {
                  case 1 -> throw new IllegalStateException("not yet");
                  case 2 -> throw new RetryLater(Duration.ofMillis(200), "once more");
                  default -> done.countDown();
                }
              },
              ConsumerOptions.defaults().withPollWait(Duration.ofMillis(500)))) {
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(consumer.lastFailure()).isEmpty();
      }
    }
    assertThat(attempts).containsExactly(1, 2, 3);
  }

  @Test
  void D14_consumerRenewsTheLeaseOfASlowHandler() throws Exception {
    Queue<Integer> attempts = new ConcurrentLinkedQueue<>();
    CountDownLatch done = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    try (HeadgateClient client = client(shared.gateway().port())) {
      client.producer().send(topic, Message.of("slow"));
      try (Consumer consumer =
          client.subscribe(
              topic,
              group,
              delivery -> {
                attempts.add(delivery.attempt());
                assertThat(never.await(3, TimeUnit.SECONDS)).isFalse();
                done.countDown();
              },
              ConsumerOptions.defaults()
                  .withLease(Duration.ofSeconds(1))
                  .withPollWait(Duration.ofMillis(500)))) {
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        Until.holds("it is settled", SOON, () -> consumer.inHand() == 0);
      }
    }
    assertThat(attempts).containsExactly(1);
    assertThat(wire.receive(topic, group, 1, QUIET)).isEmpty();
  }

  @Test
  void D2_sendWhoseAnswerIsLostOnTheWayIsUnknownToTheClientAndArrives() throws Exception {
    try (FaultyLink link = new FaultyLink(shared.gateway().port());
        HeadgateClient client = client(link.port())) {
      client.producer().send(topic, Message.of("first"));
      link.blackHole(Direction.TO_CLIENT);

      assertThatThrownBy(() -> client.producer().send(topic, Message.of("answer lost")))
          .isInstanceOfSatisfying(
              HeadgateException.class,
              failure -> assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN));

      link.heal();
      link.reset();
      client.producer().send(topic, Message.of("last"));
    }
    assertThat(Messages.textsOf(wire.receiveAll(topic, group, 3, SOON)))
        .containsExactlyInAnyOrder("first", "answer lost", "last");
  }

  @Test
  void sendToAGatewayThatIsNotThereFailsAndTheNextOneGoesThrough() throws Exception {
    try (FaultyLink link = new FaultyLink(shared.gateway().port());
        HeadgateClient client = client(link.port())) {
      client.producer().send(topic, Message.of("first"));
      link.refuse();
      assertThatThrownBy(() -> client.producer().send(topic, Message.of("nowhere")))
          .isInstanceOfSatisfying(
              HeadgateException.class,
              failure -> assertThat(failure.code()).isEqualTo(ErrorCode.GATEWAY_UNREACHABLE));
      link.heal();
      client.producer().send(topic, Message.of("second"));
    }
    List<String> texts = Messages.textsOf(wire.receiveAll(topic, group, 2, SOON));
    assertThat(texts).contains("first", "second");
  }

  @Test
  void consumerGoesOnWhenItsConnectionsAreReset() throws Exception {
    Set<String> handled = ConcurrentHashMap.newKeySet();
    try (FaultyLink link = new FaultyLink(shared.gateway().port());
        HeadgateClient client = client(link.port());
        Consumer consumer =
            client.subscribe(
                topic,
                group,
                delivery -> handled.add(delivery.message().bodyText()),
                ConsumerOptions.defaults()
                    .withConcurrency(4)
                    .withLease(Duration.ofSeconds(3))
                    .withPollWait(Duration.ofMillis(500)))) {
      for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 25; i++) {
          wire.send(topic, Messages.text("r" + round + "-" + i));
        }
        int expected = (round + 1) * 20;
        Until.holds("some are handled", SOON, () -> handled.size() >= expected);
        link.reset();
      }
      Until.holds("all are handled", SOON, () -> handled.size() == 100);
      assertThat(consumer.inHand()).isLessThanOrEqualTo(8);
    }
    assertThat(handled).containsAll(IntStream.range(0, 25).mapToObj(i -> "r3-" + i).toList());
  }

  private static HeadgateClient client(int port) {
    return HeadgateClient.builder()
        .address("127.0.0.1:" + port)
        .timeout(Duration.ofSeconds(3))
        .build();
  }
}
