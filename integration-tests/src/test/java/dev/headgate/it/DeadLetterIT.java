package dev.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.ErrorCode;
import dev.headgate.idl.gateway.GatewayError;
import dev.headgate.idl.gateway.Header;
import dev.headgate.idl.gateway.Message;
import dev.headgate.it.harness.GatewayConfigFile;
import dev.headgate.it.harness.Until;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.thrift.TException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rule D13: what a group gives up is kept, with its origin, attempts and last reason. */
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

    Delivery letter = letter();
    assertThat(letter.getMessageId()).isEqualTo(messageId);
    assertThat(header(letter, "headgate-origin-topic")).isEqualTo(topic);
    assertThat(header(letter, "headgate-attempts"))
        .isEqualTo(Integer.toString(GatewayConfigFile.BRIEF_ATTEMPTS));
    assertThat(header(letter, "headgate-reason")).contains("no good");
    assertThat(letter.getMessage().bufferForBody()).isEqualTo(message.bufferForBody());
    assertThat(letter.getMessage().bufferForKey()).isEqualTo(message.bufferForKey());
    assertThat(letter.getMessage().getTag()).isEqualTo("red");
    assertThat(letter.getMessage().getHeaders()).containsAll(message.getHeaders());
    assertThat(wire.receive(topic, group, 1, QUIET)).isEmpty();
    Groups.awaitNoLag(wire, topic, group, SOON);
  }

  @Test
  void D13_expiredLeasesCountAsAttempts() throws Exception {
    wire.send(topic, Messages.text("never settled"));

    for (int attempt = 1; attempt <= GatewayConfigFile.BRIEF_ATTEMPTS; attempt++) {
      assertThat(receiveOne(Duration.ofSeconds(1)).getAttempt()).isEqualTo(attempt);
    }

    assertThat(header(letter(), "headgate-attempts"))
        .isEqualTo(Integer.toString(GatewayConfigFile.BRIEF_ATTEMPTS));
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

  /** What lies in the group's dead-letter topic, read as any topic is. */
  private Delivery letter() throws Exception {
    String reader = unique("reader");
    List<Delivery> letters = new ArrayList<>();
    Until.holds(
        "there is a letter",
        SOON,
        () -> {
          try {
            letters.addAll(wire.receive("%DLQ%" + group, reader, 8, Duration.ofMillis(500)));
          } catch (GatewayError notYetThere) {
            assertThat(notYetThere.getFailure().getCode())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC.getValue());
          }
          return !letters.isEmpty();
        });
    assertThat(letters).hasSize(1);
    return letters.get(0);
  }

  private static @Nullable String header(Delivery letter, String name) {
    return letter.getMessage().getHeaders().stream()
        .filter(header -> header.getName().equals(name))
        .map(header -> new String(header.getValue(), StandardCharsets.UTF_8))
        .findFirst()
        .orElse(null);
  }
}
