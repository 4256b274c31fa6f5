package dev.headgate.it.load;

import dev.headgate.idl.gateway.CallContext;
import dev.headgate.idl.gateway.Consume;
import dev.headgate.idl.gateway.Meta;
import dev.headgate.idl.gateway.ReceiveRequest;
import dev.headgate.idl.gateway.VersionRequest;
import java.io.IOException;

/**
 * Clients that wait: some connections idle after one call, the others with a receive parked on a
 * quiet topic. A program: {@code port topic group idle parked}. Prints {@code READY} when all of
 * them stand, {@code FAILED} and the answer for each call that fails, and runs until it is killed.
 */
public final class ParkLoad implements FrameConnection.Handler {
  private static final int BUFFER_BYTES = 512;

  private final RequestFrame receive;
  private int answered;
  private int sequence;

  private ParkLoad(RequestFrame receive) {
    this.receive = receive;
  }

  /** Runs it. */
  public static void main(String[] words) throws IOException {
    Arguments arguments = new Arguments(words);
    ReceiveRequest request =
        new ReceiveRequest()
            .setContext(new CallContext().setTimeoutMillis(90_000))
            .setTopic(arguments.text("topic"))
            .setGroup(arguments.text("group"))
            .setMaxMessages(1)
            .setWaitMillis(60_000);
    new ParkLoad(RequestFrame.of("receive", new Consume.receive_args(request))).run(arguments);
  }

  private void run(Arguments arguments) throws IOException {
    RequestFrame version = RequestFrame.of("version", new Meta.version_args(new VersionRequest()));
    int all = arguments.number("idle") + arguments.number("parked");
    try (FrameLoop loop = new FrameLoop(arguments.number("port"), all, BUFFER_BYTES, this)) {
      for (FrameConnection connection : loop.connections()) {
        connection.write(version.withSequence(++sequence), version.length());
      }
      loop.run(() -> answered == all);
      for (FrameConnection connection : loop.connections().subList(arguments.number("idle"), all)) {
        connection.write(receive.withSequence(++sequence), receive.length());
      }
      System.out.println("READY");
      loop.run(() -> false);
    }
  }

  @Override
  public void onFrame(FrameConnection connection, byte[] bytes, int offset, int length) {
    Reply reply = new Reply(bytes, offset, length);
    if (!reply.succeeded()) {
      System.out.println("FAILED " + reply.text());
    }
    if (reply.initial() == 'v') {
      answered++;
    } else {
      connection.write(receive.withSequence(++sequence), receive.length());
    }
  }
}
