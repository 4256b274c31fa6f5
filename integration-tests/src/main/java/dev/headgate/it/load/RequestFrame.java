package dev.headgate.it.load;

import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.transport.TMemoryBuffer;

/** A call, encoded once with its length prefix; only the sequence id changes from use to use. */
final class RequestFrame {
  private final byte[] bytes;
  private final int sequenceAt;

  private RequestFrame(byte[] bytes, int sequenceAt) {
    this.bytes = bytes;
    this.sequenceAt = sequenceAt;
  }

  /** Encodes the arguments of a call in the binary protocol. */
  static RequestFrame of(String method, TBase<?, ?> arguments) {
    try {
      TMemoryBuffer buffer = new TMemoryBuffer(2_048);
      TBinaryProtocol protocol = new TBinaryProtocol(buffer);
      protocol.writeMessageBegin(new TMessage(method, TMessageType.CALL, 0));
      arguments.write(protocol);
      protocol.writeMessageEnd();
      byte[] frame = new byte[4 + buffer.length()];
      Bytes.int32(frame, 0, buffer.length());
      System.arraycopy(buffer.getArray(), 0, frame, 4, buffer.length());
      // Length, version, length of the name, name.
      return new RequestFrame(frame, 12 + method.length());
    } catch (TException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The frame with this sequence id; valid until the next call. */
  byte[] withSequence(int sequence) {
    Bytes.int32(bytes, sequenceAt, sequence);
    return bytes;
  }

  int length() {
    return bytes.length;
  }
}
