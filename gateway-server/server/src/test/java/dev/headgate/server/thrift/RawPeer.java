package dev.headgate.server.thrift;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.transport.TMemoryBuffer;
import org.apache.thrift.transport.TMemoryInputTransport;

/** A peer that says whatever the test wants, byte for byte. */
final class RawPeer implements AutoCloseable {
  final Socket socket = new Socket();
  final DataOutputStream out;
  final DataInputStream in;

  RawPeer(InetSocketAddress address) throws IOException {
    this(address, 0);
  }

  /** With a receive buffer of a given size, unless 0. */
  RawPeer(InetSocketAddress address, int receiveBuffer) throws IOException {
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.connect(address, 5_000);
    socket.setSoTimeout(15_000);
    out = new DataOutputStream(socket.getOutputStream());
    in = new DataInputStream(socket.getInputStream());
  }

  RawPeer say(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  RawPeer say(String text) throws IOException {
    return say(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
  }

  /** One byte, and then a pause as long as the socket's read timeout; a closed peer is no fault. */
  void drip() {
    try {
      out.write(1);
      out.flush();
      var unused = in.read();
    } catch (IOException pausedOrClosed) {
      // What the drip is for.
    }
  }

  /** A call in a frame, in the binary protocol. */
  RawPeer call(String name, int seqid, TBase<?, ?> arguments) throws IOException, TException {
    return frame(message(name, TMessageType.CALL, seqid, arguments));
  }

  RawPeer frame(byte[] content) throws IOException {
    out.writeInt(content.length);
    return say(content);
  }

  static byte[] message(String name, byte type, int seqid, TBase<?, ?> arguments)
      throws TException {
    TMemoryBuffer buffer = new TMemoryBuffer(256);
    TProtocol protocol = new TBinaryProtocol(buffer);
    protocol.writeMessageBegin(new TMessage(name, type, seqid));
    arguments.write(protocol);
    protocol.writeMessageEnd();
    return java.util.Arrays.copyOf(buffer.getArray(), buffer.length());
  }

  /** An answer. */
  record Answer(TMessage header, TProtocol content) {}

  /** The next frame, as the binary protocol. */
  Answer answer() throws IOException, TException {
    byte[] content = new byte[in.readInt()];
    in.readFully(content);
    TProtocol protocol = new TBinaryProtocol(new TMemoryInputTransport(content));
    return new Answer(protocol.readMessageBegin(), protocol);
  }

  /** Whether the other side closes; what it still says is dropped. */
  boolean isClosedByPeer() throws IOException {
    OutputStream nowhere = OutputStream.nullOutputStream();
    try {
      in.transferTo(nowhere);
      return true;
    } catch (EOFException | SocketException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
