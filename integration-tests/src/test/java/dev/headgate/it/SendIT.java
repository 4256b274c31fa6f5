package dev.headgate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.idl.gateway.Category;
import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.ErrorCode;
import dev.headgate.idl.gateway.Failure;
import dev.headgate.idl.gateway.Header;
import dev.headgate.idl.gateway.Message;
import dev.headgate.idl.gateway.Outcome;
import dev.headgate.idl.gateway.SendBatchRequest;
import dev.headgate.idl.gateway.SendOutcome;
import dev.headgate.idl.gateway.SendResult;
import dev.headgate.it.harness.GatewayConfigFile;
import dev.headgate.it.harness.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.thrift.TException;
import org.junit.jupiter.api.Test;

/** Rules D1 to D6: what a sender is promised. */
class SendIT extends ThroughGateway {
  @Test
  void D1_acknowledgedMessageReachesEveryGroup() throws TException {
    SendResult sent = wire.send(topic, Messages.text("hello"));

    for (String each : List.of(unique("one"), unique("two"))) {
      List<Delivery> deliveries = wire.receiveAll(topic, each, 1, SOON);
      assertThat(Messages.textsOf(deliveries)).containsExactly("hello");
      assertThat(deliveries.get(0).getMessageId()).isEqualTo(sent.getMessageId());
      assertThat(deliveries.get(0).getAttempt()).isEqualTo(1);
      wire.ack(deliveries);
    }
  }

  @Test
  void D2_refusedSendSaysThatNothingWasStored() {
    Failure failure =
        Errors.refusalOf(
            ErrorCode.UNKNOWN_TOPIC, () -> wire.send("no-route-" + topic, Messages.text("lost")));

    assertThat(failure.getOutcome()).isEqualTo(Outcome.NOT_APPLIED);
    assertThat(failure.isRetryable()).isFalse();
  }

  @Test
  void D4_batchAnswersEntryByEntry() throws TException {
    Message reserved = Messages.text("bad");
    reserved.addToHeaders(new Header().setName("headgate-own").setValue(new byte[1]));

    List<SendOutcome> outcomes =
        batch(List.of(Messages.text("first"), reserved, Messages.text("third")));

    assertThat(outcomes).hasSize(3);
    assertThat(outcomes.get(0).isSetResult()).isTrue();
    assertThat(outcomes.get(1).isSetFailure()).isTrue();
    assertThat(outcomes.get(1).getFailure().getCode())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT.getValue());
    assertThat(outcomes.get(1).getFailure().getOutcome()).isEqualTo(Outcome.NOT_APPLIED);
    assertThat(outcomes.get(2).isSetResult()).isTrue();
    assertThat(Messages.textsOf(wire.receiveAll(topic, group, 2, SOON)))
        .containsExactlyInAnyOrder("first", "third");
  }

  @Test
  void D4_oversizedEntryHidesNoOther() throws TException {
    topic = unique("small");

    List<SendOutcome> outcomes =
        batch(List.of(Messages.bytes(new byte[(64 << 10) + 1]), Messages.text("fits")));

    assertThat(outcomes.get(0).getFailure().getCode())
        .isEqualTo(ErrorCode.MESSAGE_TOO_LARGE.getValue());
    assertThat(outcomes.get(1).isSetResult()).isTrue();
    assertThat(Messages.textsOf(wire.receiveAll(topic, group, 1, SOON))).containsExactly("fits");
  }

  @Test
  void D5_bodyKeyTagAndHeadersArriveByteForByte() throws TException {
    byte[] body = new byte[256];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) i;
    }
    Message message = Messages.bytes(body).setTag("größe").setEncoding("zstd");
    message.setKey(new byte[] {0, (byte) 0xff, 1, 2, '\n', 0});
    message.addToHeaders(new Header().setName("same").setValue("one".getBytes(UTF_8)));
    message.addToHeaders(new Header().setName("same").setValue(new byte[] {0, (byte) 0xfe}));
    message.addToHeaders(new Header().setName("empty").setValue(new byte[0]));
    message.addToHeaders(new Header().setName("absent"));
    message.addToHeaders(new Header().setName("grün=\u0001").setValue(new byte[] {1}));

    wire.send(topic, message);

    assertThat(receiveOne().getMessage()).isEqualTo(message);
  }

  @Test
  void D5_emptyBodyArrives() throws TException {
    Message message = Messages.bytes(new byte[0]);

    wire.send(topic, message);

    assertThat(receiveOne().getMessage()).isEqualTo(message);
  }

  @Test
  void D5_bodyOfExactlyTheLimitPassesAndOneByteMoreIsRefusedOnAConnectionThatGoesOn()
      throws TException {
    int limit = GatewayConfigFile.MAX_MESSAGE_BYTES;
    byte[] body = new byte[limit];
    new Random(7).nextBytes(body);

    wire.send(topic, Messages.bytes(body));
    Failure failure =
        Errors.refusalOf(
            ErrorCode.MESSAGE_TOO_LARGE,
            () -> wire.send(topic, Messages.bytes(new byte[limit + 1])));
    wire.send(topic, Messages.text("after"));

    assertThat(failure.getOutcome()).isEqualTo(Outcome.NOT_APPLIED);
    assertThat(failure.getCategory()).isEqualTo(Category.CALLER);
    assertThat(failure.getMessage())
        .contains(Integer.toString(limit))
        .contains(Integer.toString(limit + 1));
    assertThat(failure.getDetails())
        .containsEntry("limitBytes", Integer.toString(limit))
        .containsEntry("sizeBytes", Integer.toString(limit + 1));
    List<Delivery> deliveries = wire.receiveAll(topic, group, 2, SOON);
    assertThat(deliveries).hasSize(2);
    assertThat(deliveries)
        .anySatisfy(
            delivery ->
                assertThat(Messages.bytesOf(delivery.getMessage().bufferForBody()))
                    .isEqualTo(body));
    assertThat(Messages.textsOf(deliveries)).contains("after");
  }

  @Test
  void D6_messagesOfAKeyAreStoredInTheOrderOfTheirAcknowledgement() throws TException {
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      sent.add("v" + i);
      // Two connections in turn: the order is that of the acknowledgements, whoever sends.
      Wire sender = i % 2 == 0 ? wire : anotherWire();
      sender.send(topic, Messages.keyed("key", "v" + i));
    }

    assertThat(Messages.textsOf(wire.receiveAll(topic, group, sent.size(), SOON)))
        .containsExactlyElementsOf(sent);
  }

  private List<SendOutcome> batch(List<Message> messages) throws TException {
    return wire.produce()
        .sendBatch(
            new SendBatchRequest()
                .setContext(Wire.within(SOON))
                .setTopic(topic)
                .setMessages(messages))
        .getOutcomes();
  }

  private Delivery receiveOne() throws TException {
    List<Delivery> deliveries = wire.receiveAll(topic, group, 1, SOON);
    assertThat(deliveries).hasSize(1);
    return deliveries.get(0);
  }
}
