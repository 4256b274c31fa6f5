package dev.headgate.it.load;

import dev.headgate.idl.gateway.AckRequest;
import dev.headgate.idl.gateway.CallContext;
import dev.headgate.idl.gateway.Consume;
import dev.headgate.idl.gateway.ReceiveRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Receives a backlog through the gateway and acknowledges every message. Each connection has one
 * receive under way; the ack of what it brought goes out together with the next receive. A program:
 * {@code port topic group connections batch warmupMessages messages watch.NAME=PID}.
 */
public final class GatewayReceiveLoad implements FrameConnection.Handler {
  private final RequestFrame receive;
  private long received;
  private long acknowledged;
  private long errors;
  private int sequence;
  private @Nullable String firstError;

  private GatewayReceiveLoad(RequestFrame receive) {
    this.receive = receive;
  }

  /** Runs it. */
  public static void main(String[] words) throws IOException {
    Arguments arguments = new Arguments(words);
    ReceiveRequest request = new ReceiveRequest();
    request.setContext(new CallContext().setTimeoutMillis(30_000));
    request.setTopic(arguments.text("topic"));
    request.setGroup(arguments.text("group"));
    request.setMaxMessages(arguments.number("batch"));
    request.setWaitMillis(2_000);
    GatewayReceiveLoad load =
        new GatewayReceiveLoad(RequestFrame.of("receive", new Consume.receive_args(request)));
    load.run(arguments);
  }

  private void run(Arguments arguments) throws IOException {
    try (FrameLoop loop =
        new FrameLoop(arguments.number("port"), arguments.number("connections"), this)) {
      for (FrameConnection connection : loop.connections()) {
        connection.write(receive.withSequence(++sequence), receive.length());
      }
      long warmUp = arguments.number("warmupMessages");
      long deadline = System.nanoTime() + 300_000_000_000L;
      loop.run(() -> acknowledged >= warmUp || System.nanoTime() - deadline > 0);
      Measurement.Running measured = new Measurement.Running(arguments.watched(), acknowledged);
      long enough = warmUp + arguments.number("messages");
      loop.run(() -> acknowledged >= enough || System.nanoTime() - deadline > 0);
      System.out.println(measured.end(acknowledged, errors).withFirstError(firstError).toLines());
      System.out.println("received " + received + ", acknowledged " + acknowledged);
    }
  }

  @Override
  public void onFrame(FrameConnection connection, byte[] bytes, int offset, int length) {
    Reply reply = new Reply(bytes, offset, length);
    boolean ack = reply.initial() == 'a';
    if (!reply.succeeded()) {
      errors++;
      if (firstError == null) {
        firstError = reply.text();
      }
    } else if (ack) {
      acknowledged += reply.done();
      return;
    } else {
      acknowledge(connection, reply);
    }
    if (!ack) {
      connection.write(receive.withSequence(++sequence), receive.length());
    }
  }

  private void acknowledge(FrameConnection connection, Reply reply) {
    List<ByteBuffer> leases = new ArrayList<>();
    int count = reply.leases((bytes, at, size) -> leases.add(ByteBuffer.wrap(bytes, at, size)));
    received += count;
    if (count > 0) {
      RequestFrame ack =
          RequestFrame.of("ack", new Consume.ack_args(new AckRequest().setLeases(leases)));
      connection.write(ack.withSequence(++sequence), ack.length());
    }
  }
}
