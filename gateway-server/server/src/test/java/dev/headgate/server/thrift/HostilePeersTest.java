package dev.headgate.server.thrift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.idl.gateway.AckRequest;
import dev.headgate.idl.gateway.Consume;
import dev.headgate.idl.gateway.Message;
import dev.headgate.idl.gateway.Meta;
import dev.headgate.idl.gateway.Produce;
import dev.headgate.idl.gateway.SendRequest;
import dev.headgate.idl.gateway.VersionRequest;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.transport.TSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** D42: whatever a peer says, it gets its own answer or its own counted end, and harms no other. */
@Timeout(60)
@ExtendWith(NoBufferLeaks.class)
class HostilePeersTest {
  private static final int SMALL_FRAME = 64 << 10;

  private TestEdge edge;
  private Produce.Client bystander;

  @BeforeEach
  void start() throws Exception {
    edge =
        new TestEdge(
            ThriftEdgeConfig.DEFAULT
                .withLimits(
                    new ThriftEdgeConfig.Limits(SMALL_FRAME, 8 << 20, 1 << 20, 16, 4096, 65_536))
                .withTimeouts(
                    new ThriftEdgeConfig.Timeouts(
                        Duration.ofSeconds(2),
                        Duration.ofMillis(400),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(2))));
    bystander = edge.produce();
    bystanderIsServed();
  }

  @AfterEach
  void stop() throws Exception {
    bystanderIsServed();
    edge.close();
  }

  private void bystanderIsServed() throws TException {
    assertThat(bystander.version(new VersionRequest()).getNode()).isEqualTo("n1");
  }

  @ParameterizedTest
  @CsvSource({
    "GET / HTTP/1.1,HTTP",
    "POST /Produce HTTP/1.1,HTTP",
    "PRI * HTTP/2.0,HTTP",
    "SSH-2.0-OpenSSH_9.6,GARBAGE",
    "hello there,GARBAGE",
  })
  void D42_textIsNoFrame(String text, Misfit misfit) throws Exception {
    try (RawPeer peer = edge.raw().say(text + "\r\n\r\n")) {
      assertThat(peer.isClosedByPeer()).isTrue();
    }
    assertThat(edge.refused(misfit)).isEqualTo(1);
  }

  @Test
  void D42_aTlsHelloIsNoFrame() throws Exception {
    try (RawPeer peer = edge.raw().say(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3})) {
      assertThat(peer.isClosedByPeer()).isTrue();
    }
    assertThat(edge.refused(Misfit.TLS)).isEqualTo(1);
  }

  @Test
  void D42_unframedThriftIsNoFrame() throws Exception {
    try (RawPeer binary =
            edge.raw().say(RawPeer.message("send", TMessageType.CALL, 1, new Meta.version_args()));
        RawPeer compact = edge.raw().say(new byte[] {(byte) 0x82, 0x21, 1, 4})) {
      assertThat(binary.isClosedByPeer()).isTrue();
      assertThat(compact.isClosedByPeer()).isTrue();
    }
    assertThat(edge.refused(Misfit.UNFRAMED_THRIFT)).isEqualTo(2);
  }

  @Test
  void D42_aFrameOfAnotherProtocolClosesTheConnection() throws Exception {
    try (RawPeer json = edge.raw().frame("[1,\"send\",1,0,{}]".getBytes("UTF-8"));
        RawPeer empty = edge.raw().frame(new byte[0])) {
      assertThat(json.isClosedByPeer()).isTrue();
      assertThat(empty.isClosedByPeer()).isTrue();
    }
    assertThat(edge.refused(Misfit.UNKNOWN_PROTOCOL)).isEqualTo(1);
    assertThat(edge.refused(Misfit.GARBAGE)).isEqualTo(1);
  }

  @Test
  void D42_aMessageHeaderThatCannotBeReadClosesTheConnection() throws Exception {
    byte[] hugeName = {(byte) 0x80, 1, 0, 1, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff};
    byte[] wrongVersion = {(byte) 0x80, 2, 0, 1, 0, 0, 0, 1, 'x', 0, 0, 0, 1, 0};
    byte[] longName =
        RawPeer.message("n".repeat(129), TMessageType.CALL, 1, new Meta.version_args());
    byte[] compactVersion = {(byte) 0x82, 0x22, 1, 1, 'x', 0};
    for (byte[] content : List.of(hugeName, wrongVersion, longName, compactVersion)) {
      try (RawPeer peer = edge.raw().frame(content)) {
        assertThat(peer.isClosedByPeer()).isTrue();
      }
    }
    assertThat(edge.refused(Misfit.MALFORMED_MESSAGE)).isEqualTo(4);
  }

  @Test
  void D42_anUnknownMethodIsAnsweredAndTheConnectionLivesOn() throws Exception {
    try (RawPeer peer = edge.raw()) {
      for (String name : List.of("nonsense", "Produce:nonsense", "Nobody:send", "listTopics")) {
        RawPeer.Answer answer = peer.call(name, 7, new Meta.version_args()).answer();
        assertThat(answer.header().type).isEqualTo(TMessageType.EXCEPTION);
        assertThat(answer.header().seqid).isEqualTo(7);
        assertThat(TApplicationException.readFrom(answer.content()).getType())
            .isEqualTo(TApplicationException.UNKNOWN_METHOD);
      }
      livesOn(peer);
    }
  }

  @Test
  void D42_aMessageThatIsNoCallIsAnswered() throws Exception {
    try (RawPeer peer = edge.raw()) {
      peer.frame(RawPeer.message("version", TMessageType.ONEWAY, 3, new Meta.version_args()));
      assertThat(TApplicationException.readFrom(peer.answer().content()).getType())
          .isEqualTo(TApplicationException.INVALID_MESSAGE_TYPE);
      livesOn(peer);
    }
  }

  @Test
  void D42_sizesBeyondTheFrameAreProtocolErrors() throws Exception {
    try (RawPeer peer = edge.raw()) {
      for (int size : new int[] {Integer.MAX_VALUE, -1, 100_000, 200_000}) {
        isProtocolError(peer.frame(leases("ack", size)));
        isProtocolError(peer.frame(body(size)));
        livesOn(peer);
      }
      isProtocolError(peer.frame(nested(20_000)));
      isProtocolError(peer.frame(truncated()));
      livesOn(peer);
    }
  }

  @Test
  void D42_aCompactContainerBombIsAProtocolError() throws Exception {
    // ack, field 1 struct, field 2 list<binary> with 2^31-1 elements, of none bytes each
    byte[] bomb = {
      (byte) 0x82, 0x21, 1, 3, 'a', 'c', 'k', 0x1c, 0x29, (byte) 0xf8, -1, -1, -1, -1, 7, 0, 0
    };
    try (RawPeer peer = edge.raw().frame(bomb)) {
      byte[] answer = new byte[peer.in.readInt()];
      peer.in.readFully(answer);
      assertThat(answer[0]).isEqualTo((byte) 0x82);
      assertThat(answer[1] >> 5 & 7).isEqualTo(TMessageType.EXCEPTION);
    }
  }

  @Test
  void D42_manyTinyElementsCostNoMoreThanTheirShare() throws Exception {
    try (TestEdge wide = new TestEdge();
        RawPeer peer = wide.raw()) {
      // Within the frame limit, and each lease is empty: five bytes that would become an object.
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      header(out, "ack");
      structField(out, 1);
      out.writeByte(15);
      out.writeShort(2);
      out.writeByte(11);
      out.writeInt(3_000_000);
      out.write(new byte[12_000_000]);
      out.writeShort(0);
      isProtocolError(peer.frame(bytes.toByteArray()));
      livesOn(peer);
    }
  }

  @Test
  void D42_aMissingRequiredFieldIsNamed() throws Exception {
    try (RawPeer peer = edge.raw()) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      header(out, "Produce:send");
      structField(out, 1);
      out.writeShort(0);
      RawPeer.Answer answer = peer.frame(bytes.toByteArray()).answer();
      Produce.send_result result = new Produce.send_result();
      result.read(answer.content());
      assertThat(answer.header().name).isEqualTo("send");
      assertThat(result.getError().getFailure().getCode()).isEqualTo(100);
      assertThat(result.getError().getFailure().getMessage()).isEqualTo("topic: missing");
      livesOn(peer);
    }
  }

  @Test
  void D5_aFrameOverTheLimitIsRefusedWithBothSizesAndTheConnectionLivesOn() throws Exception {
    Message message = new Message(ByteBuffer.wrap(new byte[5 << 20]));
    try (RawPeer peer = edge.raw()) {
      peer.call("send", 5, sendArgs(message));
      Produce.send_result result = new Produce.send_result();
      result.read(peer.answer().content());
      var failure = result.getError().getFailure();
      assertThat(failure.getCode()).isEqualTo(103);
      assertThat(failure.getOutcome()).isEqualTo(dev.headgate.idl.gateway.Outcome.NOT_APPLIED);
      assertThat(failure.getMessage()).contains("5242", "65536");
      assertThat(failure.getDetails()).containsEntry("limitBytes", "65536");
      livesOn(peer);
    }
    assertThat(edge.produce.asked).isEmpty();
  }

  @Test
  void D42_aFrameTooLargeToDiscardClosesTheConnection() throws Exception {
    try (RawPeer peer = edge.raw()) {
      peer.out.writeInt((8 << 20) + 1);
      peer.out.flush();
      assertThat(peer.isClosedByPeer()).isTrue();
    }
    assertThat(edge.refused(Misfit.FRAME_TOO_LARGE)).isEqualTo(1);
  }

  @Test
  void D22_aRequestWithoutMemoryIsRefusedWhileAcksStillPass() throws Exception {
    edge.produce.answer = command -> edge.produce.hold();
    try (RawPeer hoarder = edge.raw();
        RawPeer peer = edge.raw()) {
      Message large = new Message(ByteBuffer.wrap(new byte[60_000]));
      int sent = 0;
      while (edge.heldBytes() < (1 << 20) - 60_100 && sent < 16) {
        hoarder.call("send", ++sent, sendArgs(large));
        int expected = sent;
        Await.until("send " + sent, () -> edge.produce.asked.size() == expected);
      }
      try (RawPeer second = edge.raw()) {
        while (edge.heldBytes() < (1 << 20) - 60_100) {
          second.call("send", ++sent, sendArgs(large));
          int expected = sent;
          Await.until("send " + sent, () -> edge.produce.asked.size() == expected);
        }
        peer.call("send", 1, sendArgs(large));
        Produce.send_result refused = new Produce.send_result();
        refused.read(peer.answer().content());
        assertThat(refused.getError().getFailure().getCode()).isEqualTo(201);
        assertThat(refused.getError().getFailure().isRetryable()).isTrue();

        Consume.ack_args ack = new Consume.ack_args();
        ack.setRequest(new AckRequest(List.of(ByteBuffer.wrap(new byte[40]))));
        Consume.ack_result acked = new Consume.ack_result();
        acked.read(peer.call("ack", 2, ack).answer().content());
        assertThat(acked.getSuccess().getResults()).hasSize(1);
      }
    }
  }

  @Test
  void D42_aFrameThatNeverEndsIsCutOff() throws Exception {
    try (RawPeer peer = edge.raw();
        RawPeer headerOnly = edge.raw()) {
      peer.out.writeInt(1000);
      peer.out.write(0x80);
      peer.out.flush();
      headerOnly.say(new byte[] {0, 0});
      assertThat(peer.isClosedByPeer()).isTrue();
      assertThat(headerOnly.isClosedByPeer()).isTrue();
    }
    assertThat(edge.refused(Misfit.PARTIAL_FRAME)).isEqualTo(2);
  }

  @Test
  void D42_aFrameThatDripsIsCutOff() throws Exception {
    try (RawPeer peer = edge.raw()) {
      peer.out.writeInt(60_000);
      peer.out.write(0x80);
      long begun = System.nanoTime();
      peer.socket.setSoTimeout(20);
      while (edge.refused(Misfit.PARTIAL_FRAME) == 0) {
        peer.drip();
        assertThat(System.nanoTime() - begun).isLessThan(Duration.ofSeconds(10).toNanos());
      }
    }
  }

  @Test
  void D42_aPeerThatSaysNothingIsCutOff() throws Exception {
    try (RawPeer peer = edge.raw()) {
      assertThat(peer.isClosedByPeer()).isTrue();
    }
    assertThat(edge.refused(Misfit.NO_FIRST_BYTE)).isEqualTo(1);
  }

  @Test
  void D42_aStockClientWithoutFramingGetsAnEndNotAHang() throws Exception {
    try (TSocket socket =
        new TSocket(
            new org.apache.thrift.TConfiguration(),
            edge.address.getHostString(),
            edge.address.getPort(),
            10_000)) {
      socket.open();
      Produce.Client client = new Produce.Client(new TBinaryProtocol(socket));
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> client.version(new VersionRequest()))
          .isInstanceOf(TException.class);
    }
    assertThat(edge.refused(Misfit.UNFRAMED_THRIFT)).isEqualTo(1);
  }

  private static void livesOn(RawPeer peer) throws IOException, TException {
    Meta.version_args version = new Meta.version_args();
    version.setRequest(new VersionRequest());
    RawPeer.Answer answer = peer.call("Consume:version", 99, version).answer();
    assertThat(answer.header().type).isEqualTo(TMessageType.REPLY);
    assertThat(answer.header().seqid).isEqualTo(99);
  }

  private static void isProtocolError(RawPeer peer) throws IOException, TException {
    RawPeer.Answer answer = peer.answer();
    assertThat(answer.header().type).isEqualTo(TMessageType.EXCEPTION);
    assertThat(TApplicationException.readFrom(answer.content()).getType())
        .isEqualTo(TApplicationException.PROTOCOL_ERROR);
  }

  private static Produce.send_args sendArgs(Message message) {
    Produce.send_args arguments = new Produce.send_args();
    arguments.setRequest(new SendRequest("t", message));
    return arguments;
  }

  private static void header(DataOutputStream out, String name) throws IOException {
    out.writeInt(0x80010001);
    out.writeInt(name.length());
    out.writeBytes(name);
    out.writeInt(1);
  }

  private static void structField(DataOutputStream out, int id) throws IOException {
    out.writeByte(12);
    out.writeShort(id);
  }

  /** A call with a list that claims a size. */
  private static byte[] leases(String name, int size) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    header(out, name);
    structField(out, 1);
    out.writeByte(15);
    out.writeShort(2);
    out.writeByte(11);
    out.writeInt(size);
    out.writeShort(0);
    return bytes.toByteArray();
  }

  /** A send whose topic claims a size. */
  private static byte[] body(int size) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    header(out, "send");
    structField(out, 1);
    out.writeByte(11);
    out.writeShort(2);
    out.writeInt(size);
    out.writeShort(0);
    return bytes.toByteArray();
  }

  /** Structs within structs, in a field that nobody knows. */
  private static byte[] nested(int depth) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    header(out, "send");
    for (int i = 0; i < depth; i++) {
      structField(out, 9);
    }
    return bytes.toByteArray();
  }

  private static byte[] truncated() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    header(new DataOutputStream(bytes), "send");
    return bytes.toByteArray();
  }
}
