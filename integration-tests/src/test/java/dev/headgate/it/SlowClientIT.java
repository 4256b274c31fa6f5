package dev.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.Message;
import dev.headgate.idl.gateway.SendBatchRequest;
import dev.headgate.it.harness.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.thrift.TException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Rule D22: clients that do not settle, or do not read, cost the gateway no more than its budget.
 */
@Timeout(150)
class SlowClientIT {
  private static final int BODY = 512 << 10;
  private static final int BACKLOG = 800;
  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void D22_slowAndStalledClientsDoNotGrowTheGateway() throws Exception {
    // 400 MiB of backlog against a heap of 256 MiB: what is not bounded does not survive.
    try (OwnGateway own =
            OwnGateway.start(
                "slow",
                List.of(
                    "-Xmx256m", "-XX:MaxDirectMemorySize=192m", "-XX:+ExitOnOutOfMemoryError"));
        Wire wire = Wire.connect(own.gateway().port())) {
      Groups.createTopic(wire, "x-slow", 4, false);
      sendBacklog(wire);

      List<Delivery> held = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        // Leases that nobody settles, of several groups.
        held.addAll(wire.receive("x-slow", "slow-" + i % 6, 8, Duration.ofMillis(200)));
      }
      assertThat(held).isNotEmpty();
      held.clear();
      List<Socket> stalled = stall(own.gateway().port());
      try {
        // A well-behaved client meanwhile.
        wire.send("x-other", Messages.text("quick"));
        List<Delivery> quick = wire.receiveAll("x-other", "quick-group", 1, SOON);
        assertThat(Messages.textsOf(quick)).containsExactly("quick");
        wire.ack(quick);
        assertThat(own.gateway().process().isAlive()).isTrue();
        // Heap, direct memory, and 200 MiB for code, threads and the JVM itself.
        assertThat(own.gateway().process().usage().peakResidentBytes())
            .isLessThan((256L + 192 + 200) << 20);
      } finally {
        for (Socket socket : stalled) {
          socket.close();
        }
      }
    }
  }

  private static void sendBacklog(Wire wire) throws TException {
    List<Message> batch = Collections.nCopies(8, Messages.bytes(new byte[BODY]));
    for (int sent = 0; sent < BACKLOG; sent += batch.size()) {
      wire.produce()
          .sendBatch(
              new SendBatchRequest()
                  .setContext(Wire.within(SOON))
                  .setTopic("x-slow")
                  .setMessages(batch))
          .getOutcomes()
          .forEach(outcome -> assertThat(outcome.isSetResult()).as("%s", outcome).isTrue());
    }
  }

  /** Connections that ask for much, again and again, and never read an answer. */
  private static List<Socket> stall(int port) throws IOException {
    byte[] name = "receive".getBytes(StandardCharsets.US_ASCII);
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      ByteBuffer frames = ByteBuffer.allocate(64 << 10);
      for (int call = 0; call < 16; call++) {
        int start = frames.position();
        frames.putInt(0).putInt(0x80010001).putInt(name.length).put(name).putInt(call);
        frames.put((byte) 12).putShort((short) 1);
        field(frames, 2, "x-slow");
        field(frames, 3, "stalled-" + i % 4);
        frames.put((byte) 0).put((byte) 0);
        frames.putInt(start, frames.position() - start - 4);
      }
      socket.getOutputStream().write(frames.array(), 0, frames.position());
      sockets.add(socket);
    }
    return sockets;
  }

  private static void field(ByteBuffer frame, int id, String text) {
    frame.put((byte) 11).putShort((short) id).putInt(text.length());
    frame.put(text.getBytes(StandardCharsets.US_ASCII));
  }
}
