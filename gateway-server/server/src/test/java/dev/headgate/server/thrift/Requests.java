package dev.headgate.server.thrift;

import dev.headgate.engine.Bytes;
import dev.headgate.idl.gateway.CallContext;
import dev.headgate.idl.gateway.Consume;
import dev.headgate.idl.gateway.Message;
import dev.headgate.idl.gateway.Produce;
import dev.headgate.idl.gateway.ReceiveRequest;
import dev.headgate.idl.gateway.SendBatchRequest;
import dev.headgate.idl.gateway.SendRequest;
import dev.headgate.server.consume.Delivery;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Arguments and deliveries of which a test cares for one thing. */
final class Requests {
  private Requests() {}

  static Produce.send_args send(String body) {
    return send(body, 10_000);
  }

  static Produce.send_args send(String body, long timeoutMillis) {
    Produce.send_args arguments = new Produce.send_args();
    arguments.setRequest(new SendRequest("t", message(body)).setContext(within(timeoutMillis)));
    return arguments;
  }

  static Produce.sendBatch_args batch(long timeoutMillis, String... bodies) {
    Produce.sendBatch_args arguments = new Produce.sendBatch_args();
    List<Message> messages = Stream.of(bodies).map(Requests::message).toList();
    arguments.setRequest(new SendBatchRequest("t", messages).setContext(within(timeoutMillis)));
    return arguments;
  }

  static Consume.receive_args receive(long waitMillis) {
    return receive(waitMillis, 90_000);
  }

  static Consume.receive_args receive(long waitMillis, long timeoutMillis) {
    Consume.receive_args arguments = new Consume.receive_args();
    ReceiveRequest request = new ReceiveRequest("t", "g").setWaitMillis(waitMillis);
    arguments.setRequest(request.setContext(within(timeoutMillis)));
    return arguments;
  }

  static CallContext within(long timeoutMillis) {
    return new CallContext().setTimeoutMillis(timeoutMillis);
  }

  static Message message(String body) {
    return new Message(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
  }

  /** A delivery with a body of so many bytes. */
  static Delivery delivery(int size) {
    return new Delivery(
        new byte[64],
        Duration.ofSeconds(30),
        1,
        new dev.headgate.engine.Message(
            "id", Bytes.wrap(new byte[size]), null, null, List.of(), null, Instant.EPOCH, null),
        Instant.EPOCH,
        "q:0@0");
  }
}
