package dev.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.client.Consumer;
import dev.headgate.client.ConsumerOptions;
import dev.headgate.client.HeadgateClient;
import dev.headgate.client.SeekTarget;
import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.SettleStatus;
import dev.headgate.it.harness.Until;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.thrift.TException;
import org.junit.jupiter.api.Test;

/** Rule D24: a group is moved while its clients run. */
class SeekIT extends ThroughGateway {
  @Test
  void D24_runningConsumersGoBackToTheStartAndOnToTheEnd() throws Exception {
    Queue<String> handled = new ConcurrentLinkedQueue<>();
    send(20);
    try (HeadgateClient client = client();
        Consumer one = consume(client, handled);
        Consumer two = consume(client, handled)) {
      Until.holds("all are handled", SOON, () -> handled.size() == 20);
      Groups.awaitNoLag(wire, topic, group, SOON);

      client.admin().seek(topic, group, SeekTarget.start(), false);
      Until.holds("all are handled again", SOON, () -> handled.size() == 40);
      Groups.awaitNoLag(wire, topic, group, SOON);

      assertThat(handled).filteredOn("m7"::equals).hasSize(2);
      assertThat(one.lastFailure()).isEmpty();
      assertThat(two.lastFailure()).isEmpty();
    }
  }

  @Test
  void D24_groupThatIsFarBehindSkipsToTheEnd() throws Exception {
    send(50);
    List<Delivery> held = wire.receiveAll(topic, group, 3, SOON);

    try (HeadgateClient client = client()) {
      client.seek(topic, group, SeekTarget.end());
    }
    wire.send(topic, Messages.text("new"));

    assertThat(wire.ack(held.get(0)).getStatus()).isEqualTo(SettleStatus.FENCED);
    assertThat(Messages.textsOf(wire.receiveAll(topic, group, 1, SOON))).containsExactly("new");
  }

  @Test
  void D24_groupIsMovedToATimeAndToAPosition() throws Exception {
    Groups.createTopic(wire, topic, 1, false);
    send(10);
    List<Delivery> all = wire.receiveAll(topic, group, 10, SOON);
    wire.ack(all);

    try (HeadgateClient client = client()) {
      client.seek(topic, group, SeekTarget.position(all.get(7).getPosition()));
      List<Delivery> last = wire.receiveAll(topic, group, 3, SOON);
      assertThat(Messages.textsOf(last)).containsExactly("m7", "m8", "m9");

      Instant first = Instant.ofEpochMilli(all.get(0).getStoredAtMillis());
      client.seek(topic, group, SeekTarget.time(first));
      assertThat(Messages.textsOf(wire.receiveAll(topic, group, 10, SOON))).contains("m0", "m9");

      client.seek(topic, group, SeekTarget.time(Instant.now().plus(Duration.ofDays(1))));
      assertThat(wire.receive(topic, group, 1, QUIET)).isEmpty();
    }
  }

  private void send(int count) throws TException {
    for (int i = 0; i < count; i++) {
      wire.send(topic, Messages.text("m" + i));
    }
  }

  private Consumer consume(HeadgateClient client, Queue<String> handled) {
    return client.subscribe(
        topic,
        group,
        delivery -> handled.add(delivery.message().bodyText()),
        ConsumerOptions.defaults().withPollWait(Duration.ofMillis(500)));
  }

  private HeadgateClient client() {
    return HeadgateClient.builder().address("127.0.0.1:" + shared.gateway().port()).build();
  }
}
