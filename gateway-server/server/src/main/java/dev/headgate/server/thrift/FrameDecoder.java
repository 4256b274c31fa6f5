package dev.headgate.server.thrift;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the stream into frames. Takes memory as bytes arrive, never as they are announced: at most
 * eight times what has come, so that a body is copied once and a seventh at most a second time. A
 * frame over the limit, or without memory, passes by: its head goes on, the rest is dropped as it
 * comes. Runs on the channel's event loop.
 */
final class FrameDecoder extends ChannelInboundHandlerAdapter {
  private static final int HEADER_BYTES = 4;
  private static final int FIRST_BYTES = 4096;
  private static final int GROWTH = 8;

  /** Enough for the name of the call and its sequence id. */
  private static final int HEAD_BYTES = 512;

  private static final byte[] NOTHING = new byte[0];

  private final ThriftEdgeConfig.Limits limits;
  private final RequestMemory memory;

  private int headerBytes;
  private int header;

  private Frame.Fate fate = Frame.Fate.WHOLE;
  private int announced;
  private int seen;
  private byte[] bytes = NOTHING;
  private int kept;
  private int taken;
  private long framesBegun;
  private boolean closed;

  FrameDecoder(ThriftEdgeConfig.Limits limits, RequestMemory memory) {
    this.limits = limits;
    this.memory = memory;
  }

  /** How many frames have begun, for those who watch progress. */
  long framesBegun() {
    return framesBegun;
  }

  /** Whether a frame has begun and is not yet complete. */
  boolean inFrame() {
    return headerBytes > 0;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws MisfitException {
    ByteBuf in = (ByteBuf) message;
    try {
      while (in.isReadable() && !closed) {
        if (headerBytes < HEADER_BYTES) {
          readHeader(in);
        } else {
          Frame frame = readBody(in);
          if (frame != null) {
            ctx.fireChannelRead(frame);
          }
        }
      }
    } catch (MisfitException e) {
      drop();
      throw e;
    } finally {
      in.release();
    }
  }

  private void readHeader(ByteBuf in) throws MisfitException {
    if (headerBytes == 0) {
      framesBegun++;
    }
    while (headerBytes < HEADER_BYTES && in.isReadable()) {
      header = header << 8 | in.readUnsignedByte();
      headerBytes++;
    }
    if (headerBytes == HEADER_BYTES) {
      Misfit misfit = Misfit.ofHeader(header, limits.maxDiscardedFrameBytes());
      if (misfit != null) {
        throw new MisfitException(misfit);
      }
      announced = header;
      fate = announced > limits.maxFrameBytes() ? Frame.Fate.TOO_LARGE : Frame.Fate.WHOLE;
    }
  }

  private @Nullable Frame readBody(ByteBuf in) throws MisfitException {
    int available = Math.min(in.readableBytes(), announced - seen);
    if (seen == 0 && WireProtocol.of(in.getByte(in.readerIndex())) == null) {
      throw new MisfitException(Misfit.UNKNOWN_PROTOCOL);
    }
    makeRoom(available);
    int copied = Math.min(available, bytes.length - kept);
    in.readBytes(bytes, kept, copied);
    in.skipBytes(available - copied);
    kept += copied;
    seen += available;
    return seen == announced ? complete() : null;
  }

  private void makeRoom(int available) {
    int needed = kept + available;
    if (fate == Frame.Fate.WHOLE && needed > bytes.length) {
      int size =
          needed == announced
              ? announced
              : (int) Math.min(announced, Math.max(FIRST_BYTES, (long) needed * GROWTH));
      if (take(size - bytes.length)) {
        resize(size);
        return;
      }
      fate = Frame.Fate.NO_MEMORY;
      byte[] whole = bytes;
      kept = Math.min(kept, HEAD_BYTES);
      bytes = new byte[Math.min(announced, HEAD_BYTES)];
      System.arraycopy(whole, 0, bytes, 0, kept);
      memory.give(taken);
      taken = 0;
    } else if (fate == Frame.Fate.TOO_LARGE && bytes.length == 0) {
      bytes = new byte[HEAD_BYTES];
    }
  }

  private boolean take(int more) {
    if (announced <= FIRST_BYTES) {
      memory.take(more); // acks and receives: refusing them would only keep memory from being freed
    } else if (!memory.tryTake(more)) {
      return false;
    }
    taken += more;
    return true;
  }

  private void resize(int size) {
    byte[] larger = new byte[size];
    System.arraycopy(bytes, 0, larger, 0, kept);
    bytes = larger;
  }

  private Frame complete() {
    Frame frame = new Frame(fate, bytes, kept, announced, memory, taken);
    forget();
    return frame;
  }

  /** Gives back what an unfinished frame holds; nothing is read after it. */
  private void drop() {
    closed = true;
    memory.give(taken);
    forget();
  }

  private void forget() {
    headerBytes = 0;
    header = 0;
    announced = 0;
    seen = 0;
    bytes = NOTHING;
    kept = 0;
    taken = 0;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    drop();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    drop();
  }
}
