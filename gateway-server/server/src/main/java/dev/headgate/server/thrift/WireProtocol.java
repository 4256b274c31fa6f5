package dev.headgate.server.thrift;

import org.apache.thrift.TConfiguration;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TCompactProtocol;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.transport.TMemoryInputTransport;
import org.apache.thrift.transport.TTransport;
import org.apache.thrift.transport.TTransportException;
import org.jspecify.annotations.Nullable;

/** How a frame's content is written, told by its first byte. */
enum WireProtocol {
  BINARY {
    @Override
    TProtocol over(TTransport transport, ElementBudget elements) {
      return new BoundedBinaryProtocol(transport, elements);
    }

    @Override
    TProtocol writer(TTransport transport) {
      return new TBinaryProtocol(transport);
    }
  },
  COMPACT {
    @Override
    TProtocol over(TTransport transport, ElementBudget elements) {
      return new BoundedCompactProtocol(transport, elements);
    }

    @Override
    TProtocol writer(TTransport transport) {
      return new TCompactProtocol(transport);
    }
  };

  private static final int BINARY_FIRST = 0x80;
  private static final int COMPACT_FIRST = 0x82;
  private static final int MAX_DEPTH = 32;

  /** Null for bytes that begin no message. */
  static @Nullable WireProtocol of(byte first) {
    return switch (first & 0xff) {
      case BINARY_FIRST -> BINARY;
      case COMPACT_FIRST -> COMPACT;
      default -> null;
    };
  }

  abstract TProtocol over(TTransport transport, ElementBudget elements);

  abstract TProtocol writer(TTransport transport);

  /** Reads a frame, within limits: no string, container or depth beyond what the frame can hold. */
  TProtocol reader(Frame frame) throws TTransportException {
    int length = frame.length();
    TConfiguration configuration = new TConfiguration(Math.max(1, length), length, MAX_DEPTH);
    return over(
        new TMemoryInputTransport(configuration, frame.bytes(), 0, length), new ElementBudget());
  }
}
