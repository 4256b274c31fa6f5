package dev.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.idl.admin.BrowseDeadLettersRequest;
import dev.headgate.idl.admin.DeadLetter;
import dev.headgate.idl.admin.DeadLetterSelection;
import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.Header;
import dev.headgate.idl.gateway.Message;
import dev.headgate.it.harness.GatewayConfigFile;
import dev.headgate.it.harness.Until;
import dev.headgate.it.harness.Wire;
import java.time.Duration;
import java.util.List;
import org.apache.thrift.TException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rule D13: what a group gives up is kept, shown, replayed and purged. */
class DeadLetterIT extends ThroughGateway {
  @BeforeEach
  void useAGroupOfFewAttempts() {
    group = unique("brief");
  }

  @Test
  void D13_messageGoesToTheDeadLettersAfterItsLastAttempt() throws Exception {
    Message message = Messages.keyed("key", "poison").setTag("red");
    message.addToHeaders(new Header().setName("colour").setValue(new byte[] {0, 1}));
    String messageId = wire.send(topic, message).getMessageId();

    exhaust("no good");

    List<DeadLetter> letters = lettersOnceThereAre(1);
    DeadLetter letter = letters.get(0);
    assertThat(letter.getMessageId()).isEqualTo(messageId);
    assertThat(letter.getTopic()).isEqualTo(topic);
    assertThat(letter.getAttempts()).isEqualTo(GatewayConfigFile.BRIEF_ATTEMPTS);
    assertThat(letter.getReason()).contains("no good");
    assertThat(letter.getMessage().bufferForBody()).isEqualTo(message.bufferForBody());
    assertThat(letter.getMessage().bufferForKey()).isEqualTo(message.bufferForKey());
    assertThat(letter.getMessage().getTag()).isEqualTo("red");
    assertThat(letter.getMessage().getHeaders()).containsAll(message.getHeaders());
    assertThat(wire.receive(topic, group, 1, QUIET)).isEmpty();
    Until.holds("it has left the group", SOON, () -> Groups.lag(wire, topic, group) == 0);
  }

  @Test
  void D13_expiredLeasesCountAsAttempts() throws Exception {
    wire.send(topic, Messages.text("never settled"));

    for (int attempt = 1; attempt <= GatewayConfigFile.BRIEF_ATTEMPTS; attempt++) {
      assertThat(receiveOne(Duration.ofSeconds(1)).getAttempt()).isEqualTo(attempt);
    }

    assertThat(lettersOnceThereAre(1).get(0).getAttempts())
        .isEqualTo(GatewayConfigFile.BRIEF_ATTEMPTS);
  }

  @Test
  void D13_replayedDeadLetterBeginsAgainAndLeavesTheDeadLetters() throws Exception {
    wire.send(topic, Messages.text("second chance"));
    exhaust("no good");
    lettersOnceThereAre(1);

    long count = wire.admin().replayDeadLetters(selection()).getCount();

    assertThat(count).isEqualTo(1);
    Delivery again = receiveOne(Duration.ofSeconds(2));
    assertThat(Messages.textOf(again)).isEqualTo("second chance");
    assertThat(again.getAttempt()).isEqualTo(1);
    wire.ack(again);
    lettersOnceThereAre(0);
  }

  @Test
  void D13_purgedDeadLetterIsGone() throws Exception {
    wire.send(topic, Messages.text("forget it"));
    exhaust("no good");
    lettersOnceThereAre(1);

    assertThat(wire.admin().purgeDeadLetters(selection()).getCount()).isEqualTo(1);

    lettersOnceThereAre(0);
    assertThat(wire.receive(topic, group, 1, QUIET)).isEmpty();
  }

  private void exhaust(String reason) throws TException {
    for (int attempt = 1; attempt <= GatewayConfigFile.BRIEF_ATTEMPTS; attempt++) {
      Delivery delivery = receiveOne(Duration.ofSeconds(2));
      assertThat(delivery.getAttempt()).isEqualTo(attempt);
      wire.nack(delivery, Duration.ZERO, reason);
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

  private List<DeadLetter> lettersOnceThereAre(int count) throws Exception {
    Until.holds("there are " + count + " letters", SOON, () -> letters().size() == count);
    return letters();
  }

  private List<DeadLetter> letters() throws TException {
    return wire.admin()
        .browseDeadLetters(
            new BrowseDeadLettersRequest()
                .setContext(Wire.within(SOON))
                .setGroup(group)
                .setTopic(topic))
        .getLetters();
  }

  private DeadLetterSelection selection() {
    return new DeadLetterSelection().setContext(Wire.within(SOON)).setGroup(group).setTopic(topic);
  }
}
