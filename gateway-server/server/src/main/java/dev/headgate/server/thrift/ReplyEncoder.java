package dev.headgate.server.thrift;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes answers as frames. Each body is copied once, into the buffer that goes to the socket. */
final class ReplyEncoder {
  private static final Logger LOG = LoggerFactory.getLogger(ReplyEncoder.class);
  private static final int HEADER_BYTES = 4;

  private ReplyEncoder() {}

  /** The frame; the caller owns it. An answer that cannot be written becomes INTERNAL_ERROR. */
  static ByteBuf encode(ByteBufAllocator allocator, Call call, Reply reply) {
    try {
      return tryEncode(allocator, call, reply);
    } catch (TException | RuntimeException e) {
      LOG.error("the answer to {} cannot be written", call.name(), e);
    }
    try {
      TApplicationException failure =
          new TApplicationException(TApplicationException.INTERNAL_ERROR, "internal error");
      return tryEncode(allocator, call, new Reply(TMessageType.EXCEPTION, failure, 64));
    } catch (TException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ByteBuf tryEncode(ByteBufAllocator allocator, Call call, Reply reply)
      throws TException {
    ByteBuf out = allocator.ioBuffer(HEADER_BYTES + 32 + reply.sizeHint());
    boolean done = false;
    try {
      out.writeInt(0);
      TProtocol protocol = call.protocol().writer(new ByteBufTransport(out));
      protocol.writeMessageBegin(new TMessage(call.name(), reply.messageType(), call.seqid()));
      reply.content().write(protocol);
      protocol.writeMessageEnd();
      out.setInt(0, out.readableBytes() - HEADER_BYTES);
      done = true;
      return out;
    } finally {
      if (!done) {
        out.release();
      }
    }
  }
}
