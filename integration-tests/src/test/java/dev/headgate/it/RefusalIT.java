package dev.headgate.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.idl.gateway.Category;
import dev.headgate.idl.gateway.ErrorCode;
import dev.headgate.idl.gateway.Failure;
import dev.headgate.idl.gateway.Outcome;
import dev.headgate.idl.gateway.PrepareRequest;
import dev.headgate.idl.gateway.ReceiveRequest;
import dev.headgate.idl.gateway.VersionInfo;
import dev.headgate.idl.gateway.VersionRequest;
import dev.headgate.idl.gateway.gatewayConstants;
import dev.headgate.it.harness.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.thrift.TException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rules D40 to D42: what is refused, how, and that it harms nobody else. */
class RefusalIT extends ThroughGateway {
  /** Whatever a test did, the connection that was open before it still works. */
  @AfterEach
  void theOtherClientIsUnharmed() throws TException {
    VersionInfo version = wire.produce().version(new VersionRequest());
    assertThat(version.getContract()).isEqualTo(gatewayConstants.CONTRACT_VERSION);
  }

  @Test
  void D40_whatTheEngineLacksIsRefusedBeforeAnythingIsStored() throws TException {
    String lesser = unique("lesser");
    PrepareRequest request =
        new PrepareRequest()
            .setContext(Wire.within(SOON))
            .setTopic(lesser)
            .setProducerGroup("producers")
            .setMessage(Messages.text("half"));

    Failure failure =
        Errors.refusalOf(ErrorCode.UNSUPPORTED, () -> wire.produce().prepare(request));

    assertThat(failure.getOutcome()).isEqualTo(Outcome.NOT_APPLIED);
    assertThat(failure.isRetryable()).isFalse();
    assertThat(failure.getMessage()).contains("memory").contains("TRANSACTIONS");
    assertThat(failure.getDetails())
        .containsEntry("engine", "memory")
        .containsEntry("capability", "TRANSACTIONS");
    assertThat(wire.receive(lesser, group, 1, QUIET)).isEmpty();
  }

  @Test
  void D41_unknownTopicIsSaidTheSameWayToSendersAndReceivers() {
    String unknown = "no-route-" + topic;

    Failure send =
        Errors.refusalOf(ErrorCode.UNKNOWN_TOPIC, () -> wire.send(unknown, Messages.text("body")));
    Failure receive =
        Errors.refusalOf(
            ErrorCode.UNKNOWN_TOPIC, () -> wire.receive(unknown, group, 1, Duration.ZERO));

    for (Failure failure : List.of(send, receive)) {
      assertThat(failure.getMessage()).contains(unknown);
      assertThat(failure.getCategory()).isEqualTo(Category.CALLER);
      assertThat(failure.isRetryable()).isFalse();
      assertThat(failure.getOutcome()).isEqualTo(Outcome.NOT_APPLIED);
    }
  }

  @Test
  void D41_topicThatMayNotBeCreatedOnDemandIsUnknown() {
    String closed = unique("closed");

    Failure failure =
        Errors.refusalOf(ErrorCode.UNKNOWN_TOPIC, () -> wire.send(closed, Messages.text("body")));

    assertThat(failure.getMessage()).contains(closed);
  }

  @Test
  void D42_malformedRequestsEachNameTheirField() {
    Failure topicName =
        Errors.refusalOf(
            ErrorCode.INVALID_ARGUMENT, () -> wire.send("no spaces please", Messages.text("x")));
    assertThat(topicName.getMessage()).containsIgnoringCase("topic");

    ReceiveRequest tooMany = Wire.receiveRequest(topic, group, 1_001, Duration.ZERO);
    Failure max =
        Errors.refusalOf(ErrorCode.INVALID_ARGUMENT, () -> wire.consume().receive(tooMany));
    assertThat(max.getMessage()).contains("maxMessages").contains("1,000".replace(",", ""));

    ReceiveRequest badGroup = Wire.receiveRequest(topic, "a/b", 1, Duration.ZERO);
    Failure groupName =
        Errors.refusalOf(ErrorCode.INVALID_ARGUMENT, () -> wire.consume().receive(badGroup));
    assertThat(groupName.getMessage()).containsIgnoringCase("group");
  }

  @Test
  void D42_bothProtocolsAreSpokenOnOnePort() throws TException {
    try (Wire compact = Wire.connectCompact(shared.gateway().port())) {
      compact.send(topic, Messages.text("compact"));
      assertThat(Messages.textsOf(compact.receiveAll(topic, group, 1, SOON)))
          .containsExactly("compact");
    }
  }

  @Test
  void D42_garbageHttpAndUnframedThriftAreClosed() throws IOException {
    byte[] garbage = new byte[512];
    new Random(3).nextBytes(garbage);
    // A first length that fits, so that it is the frame's content that is judged.
    System.arraycopy(new byte[] {0, 0, 1, 0}, 0, garbage, 0, 4);
    List<byte[]> hostile = new ArrayList<>();
    hostile.add(garbage);
    hostile.add("GET / HTTP/1.1\r\nHost: gateway\r\n\r\n".getBytes(US_ASCII));
    hostile.add(new byte[] {(byte) 0x80, 1, 0, 1, 0, 0, 0, 7, 'v', 'e', 'r', 's', 'i', 'o', 'n'});
    // A frame that announces 2 GiB less one byte.
    hostile.add(new byte[] {0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff, 1, 2, 3});
    for (byte[] bytes : hostile) {
      assertClosed(bytes);
    }
  }

  @Test
  void D42_connectionsThatOnlyAnnounceFramesReserveNoMemory() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try {
      long before = shared.gateway().process().usage().residentBytes();
      for (int i = 0; i < 200; i++) {
        Socket socket = connect();
        // Just within the frame limit of 16 MiB: 200 of them would be 3 GiB.
        socket.getOutputStream().write(new byte[] {0, (byte) 0xf0, 0, 0, (byte) 0x80});
        sockets.add(socket);
      }
      wire.send(topic, Messages.text("still here"));
      assertThat(shared.gateway().process().usage().residentBytes() - before)
          .isLessThan(200L << 20);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void D42_hostileContainerSizeIsRefused() throws IOException {
    // ack_args { 1: AckRequest { 2: list<binary> of 2^31 - 1 elements } }
    ByteBuffer call = ByteBuffer.allocate(128);
    call.putInt(0x80010001).putInt(3).put("ack".getBytes(US_ASCII)).putInt(9);
    call.put((byte) 12).putShort((short) 1);
    call.put((byte) 15).putShort((short) 2).put((byte) 11).putInt(Integer.MAX_VALUE);
    call.flip();
    ByteBuffer frame = ByteBuffer.allocate(4 + call.remaining());
    frame.putInt(call.remaining()).put(call);

    try (Socket socket = connect()) {
      socket.getOutputStream().write(frame.array());
      byte[] answer = readFrameOrEnd(socket);
      // Either a protocol exception (message type 3) or a closed connection.
      if (answer.length > 0) {
        assertThat(answer[3]).isEqualTo((byte) 3);
      }
    }
  }

  @Test
  void D42_unknownMethodIsAnsweredAndTheConnectionGoesOn() throws IOException {
    try (Socket socket = connect()) {
      for (int i = 0; i < 2; i++) {
        ByteBuffer call = ByteBuffer.allocate(64);
        call.putInt(0).putInt(0x80010001).putInt(6).put("frobit".getBytes(US_ASCII)).putInt(i);
        call.put((byte) 0);
        call.putInt(0, call.position() - 4);
        socket.getOutputStream().write(call.array(), 0, call.position());
        assertThat(readFrameOrEnd(socket)[3]).isEqualTo((byte) 3);
      }
    }
  }

  private void assertClosed(byte[] bytes) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(bytes);
      byte[] answer = readFrameOrEnd(socket);
      assertThat(answer).as("no reply to what is not Thrift").isEmpty();
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), shared.gateway().port());
    socket.setSoTimeout((int) SOON.toMillis());
    return socket;
  }

  /** The next frame; empty when the gateway has closed or reset the connection. */
  private static byte[] readFrameOrEnd(Socket socket) throws IOException {
    try {
      byte[] length = socket.getInputStream().readNBytes(4);
      if (length.length < 4) {
        return new byte[0];
      }
      return socket.getInputStream().readNBytes(ByteBuffer.wrap(length).getInt());
    } catch (EOFException | SocketException e) {
      return new byte[0];
    }
  }
}
