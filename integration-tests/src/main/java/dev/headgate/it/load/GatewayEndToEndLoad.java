package dev.headgate.it.load;

import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.Message;
import dev.headgate.it.harness.Wire;
import java.time.Duration;
import java.util.List;

/**
 * End to end through the gateway, with the generated stubs: one connection sends, two receive and
 * acknowledge. A program: {@code port topic group rate bytes warmupSeconds seconds watch.NAME=PID}.
 */
public final class GatewayEndToEndLoad {
  private static final int RECEIVERS = 2;

  private GatewayEndToEndLoad() {}

  /** Runs it. */
  public static void main(String[] words) throws Exception {
    Arguments arguments = new Arguments(words);
    String topic = arguments.text("topic");
    String group = arguments.text("group");
    int port = arguments.number("port");
    EndToEnd load = new EndToEnd(arguments);
    for (int i = 0; i < RECEIVERS; i++) {
      Wire wire = Wire.connect(port);
      load.receiveWith("receive-" + i, () -> receive(load, wire, topic, group));
    }
    try (Wire wire = Wire.connect(port)) {
      load.run(body -> wire.send(topic, new Message().setBody(body)));
    }
    System.exit(0);
  }

  private static void receive(EndToEnd load, Wire wire, String topic, String group)
      throws Exception {
    List<Delivery> deliveries = wire.receive(topic, group, 32, Duration.ofSeconds(5));
    for (Delivery delivery : deliveries) {
      load.received(delivery.getMessage().bufferForBody());
    }
    if (!deliveries.isEmpty()) {
      wire.ack(deliveries);
    }
  }
}
