package dev.headgate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.Header;
import dev.headgate.idl.gateway.Message;
import dev.headgate.it.harness.GatewayConfigFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.thrift.TException;
import org.junit.jupiter.api.Test;

/** Rule D7: what RocketMQ's own client wrote is consumed through the gateway, and back. */
class InterchangeIT extends ThroughGateway {
  @Test
  void D7_whatANativeClientWroteIsConsumedThroughTheGateway() throws Exception {
    Groups.createTopic(wire, topic, 4, false);
    byte[] body = new byte[3_000];
    new Random(11).nextBytes(body);
    DefaultMQProducer producer = NativeClients.producer(nameServer(), unique("native"));
    try {
      org.apache.rocketmq.common.message.Message message =
          new org.apache.rocketmq.common.message.Message(topic, "red", "order-17", body);
      message.putUserProperty("colour", "grün");
      producer.send(message);
    } finally {
      producer.shutdown();
    }

    Delivery delivery = receiveOne();

    Message message = delivery.getMessage();
    assertThat(message.bufferForBody()).isEqualTo(java.nio.ByteBuffer.wrap(body));
    assertThat(new String(Messages.bytesOf(message.bufferForKey()), UTF_8)).isEqualTo("order-17");
    assertThat(message.getTag()).isEqualTo("red");
    assertThat(headerText(message, "colour")).isEqualTo("grün");
    assertThat(delivery.getAttempt()).isEqualTo(1);
    assertThat(delivery.getMessageId()).isNotBlank();
    assertThat(delivery.getBornAtMillis()).isPositive();
    wire.ack(delivery);
  }

  @Test
  void D7_nativeBatchesAndCompressedBodiesAreConsumedThroughTheGateway() throws Exception {
    Groups.createTopic(wire, topic, 1, false);
    String large = "compressible ".repeat(2_000);
    DefaultMQProducer producer = NativeClients.producer(nameServer(), unique("native"));
    try {
      List<org.apache.rocketmq.common.message.Message> batch = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        batch.add(new org.apache.rocketmq.common.message.Message(topic, ("b" + i).getBytes(UTF_8)));
      }
      producer.send(batch);
      // Above 4 KiB the native producer compresses.
      producer.send(new org.apache.rocketmq.common.message.Message(topic, large.getBytes(UTF_8)));
    } finally {
      producer.shutdown();
    }

    assertThat(Messages.textsOf(wire.receiveAll(topic, group, 6, SOON)))
        .containsExactly("b0", "b1", "b2", "b3", "b4", large);
  }

  @Test
  void D7_whatTheGatewayWroteIsConsumedByANativeClient() throws Exception {
    Message message = Messages.keyed("order-18", "from the gateway").setTag("blue");
    message.addToHeaders(new Header().setName("colour").setValue("grün".getBytes(UTF_8)));
    message.addToHeaders(new Header().setName("size").setValue("3".getBytes(UTF_8)));
    wire.send(topic, message);

    List<MessageExt> received =
        NativeClients.receive(nameServer(), unique("native"), topic, 1, SOON);

    assertThat(received).hasSize(1);
    MessageExt arrived = received.get(0);
    assertThat(new String(arrived.getBody(), UTF_8)).isEqualTo("from the gateway");
    assertThat(arrived.getKeys()).isEqualTo("order-18");
    assertThat(arrived.getTags()).isEqualTo("blue");
    assertThat(arrived.getUserProperty("colour")).isEqualTo("grün");
    assertThat(arrived.getUserProperty("size")).isEqualTo("3");
    assertThat(arrived.getReconsumeTimes()).isZero();
  }

  @Test
  void D7_aBatchThroughTheGatewayArrivesAsSingleMessagesAtANativeClient() throws Exception {
    Groups.createTopic(wire, topic, 1, false);
    for (int i = 0; i < 20; i++) {
      wire.send(topic, Messages.text("m" + i));
    }

    assertThat(NativeClients.receive(nameServer(), unique("native"), topic, 20, SOON))
        .extracting(message -> new String(message.getBody(), UTF_8))
        .hasSize(20)
        .startsWith("m0", "m1", "m2");
  }

  @Test
  void D7_deadLetterIsReadByANativeClientWithItsDeliveryCountAndOrigin() throws Exception {
    group = unique("brief");
    wire.send(topic, Messages.keyed("order-19", "poison"));
    for (int attempt = 1; attempt <= GatewayConfigFile.BRIEF_ATTEMPTS; attempt++) {
      wire.nack(receiveOne(), Duration.ZERO, "no good");
    }
    assertThat(wire.receive(topic, group, 1, QUIET)).isEmpty();

    List<MessageExt> letters = NativeClients.read(nameServer(), "%DLQ%" + group, 1, SOON);

    assertThat(letters).hasSize(1);
    assertThat(new String(letters.get(0).getBody(), UTF_8)).isEqualTo("poison");
    assertThat(letters.get(0).getReconsumeTimes()).isEqualTo(GatewayConfigFile.BRIEF_ATTEMPTS);
    assertThat(letters.get(0).getProperty("DLQ_ORIGIN_TOPIC")).isEqualTo(topic);
    assertThat(letters.get(0).getKeys()).isEqualTo("order-19");
  }

  private String nameServer() {
    return shared.cluster().nameServer();
  }

  private Delivery receiveOne() throws TException {
    List<Delivery> deliveries = wire.receiveAll(topic, group, 1, SOON);
    assertThat(deliveries).hasSize(1);
    return deliveries.get(0);
  }

  private static String headerText(Message message, String name) {
    return message.getHeaders().stream()
        .filter(header -> header.getName().equals(name))
        .map(header -> new String(header.getValue(), UTF_8))
        .findFirst()
        .orElse("");
  }
}
