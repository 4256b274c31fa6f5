package dev.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.client.Consumer;
import dev.headgate.client.ConsumerOptions;
import dev.headgate.client.HeadgateClient;
import dev.headgate.it.harness.Until;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Rule D23: every instance of a broadcast group gets every message. */
class BroadcastIT extends ThroughGateway {
  private static final int MESSAGES = 40;

  @Test
  void D23_everyInstanceGetsEveryMessageAndKeepsItsPlace() throws Exception {
    for (int i = 0; i < MESSAGES; i++) {
      wire.send(topic, Messages.text("m" + i));
    }
    Set<String> first = ConcurrentHashMap.newKeySet();
    Set<String> second = ConcurrentHashMap.newKeySet();
    try (HeadgateClient client = client();
        Consumer one = consume(client, "cache-1", first);
        Consumer two = consume(client, "cache-2", second)) {
      Until.holds(
          "both have all", SOON, () -> first.size() == MESSAGES && second.size() == MESSAGES);
      Until.holds("all are settled", SOON, () -> one.inHand() + two.inHand() == 0);
    }
    Groups.awaitNoLag(wire, topic, group + "%%cache-1", SOON);

    wire.send(topic, Messages.text("later"));
    Set<String> again = ConcurrentHashMap.newKeySet();
    try (HeadgateClient client = client();
        Consumer one = consume(client, "cache-1", again)) {
      Until.holds("it goes on where it was", SOON, () -> again.contains("later"));
      assertThat(again).containsExactly("later");
      assertThat(one.lastFailure()).isEmpty();
    }
  }

  private Consumer consume(HeadgateClient client, String instance, Set<String> got) {
    return client.subscribe(
        topic,
        group,
        delivery -> got.add(delivery.message().bodyText()),
        ConsumerOptions.defaults()
            .withConcurrency(4)
            .withBroadcastInstance(instance)
            .withPollWait(Duration.ofMillis(500)));
  }

  private HeadgateClient client() {
    return HeadgateClient.builder().address("127.0.0.1:" + shared.gateway().port()).build();
  }
}
