package dev.headgate.it.load;

import dev.headgate.idl.gateway.Message;
import dev.headgate.it.harness.Wire;

/**
 * Sends through the gateway with the generated stub on one connection, each message after the
 * answer to the one before. A program: {@code port topic bytes warmupSeconds seconds
 * watch.NAME=PID}.
 */
public final class GatewaySyncSendLoad {
  private GatewaySyncSendLoad() {}

  /** Runs it. */
  public static void main(String[] words) throws Exception {
    Arguments arguments = new Arguments(words);
    String topic = arguments.text("topic");
    byte[] body = new byte[arguments.number("bytes")];
    try (Wire wire = Wire.connect(arguments.number("port"))) {
      OneByOne.run(arguments, () -> wire.send(topic, new Message().setBody(body)));
    }
  }
}
