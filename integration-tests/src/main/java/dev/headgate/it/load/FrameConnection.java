package dev.headgate.it.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/** One connection that carries length-prefixed frames. Used by the thread of its loop alone. */
final class FrameConnection {
  /** What happens with the frames that arrive. */
  interface Handler {
    /**
     * One frame.
     *
     * @param bytes valid during the call only
     * @param offset where the frame begins, behind its length
     * @param length the frame's length
     */
    void onFrame(FrameConnection connection, byte[] bytes, int offset, int length);
  }

  /** Fit for a few connections that are busy. */
  static final int LARGE_BUFFER = 256 << 10;

  private final SocketChannel channel;
  private final SelectionKey key;
  private final Handler handler;
  private byte[] in;
  private int inEnd;
  private byte[] out;
  private int outStart;
  private int outEnd;

  FrameConnection(Selector selector, InetSocketAddress address, int bufferBytes, Handler handler)
      throws IOException {
    this.handler = handler;
    in = new byte[bufferBytes];
    out = new byte[bufferBytes];
    channel = SocketChannel.open(address);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    key = channel.register(selector, SelectionKey.OP_READ, this);
  }

  /** Queues bytes that hold one or more whole frames; {@link #flush} sends them. */
  void write(byte[] frames, int length) {
    if (outEnd + length > out.length) {
      int pending = outEnd - outStart;
      byte[] target = pending + length > out.length ? new byte[2 * (pending + length)] : out;
      System.arraycopy(out, outStart, target, 0, pending);
      out = target;
      outStart = 0;
      outEnd = pending;
    }
    System.arraycopy(frames, 0, out, outEnd, length);
    outEnd += length;
  }

  /** Writes what the socket takes, and asks to be called again for the rest. */
  void flush() throws IOException {
    while (outStart < outEnd) {
      int count = channel.write(ByteBuffer.wrap(out, outStart, outEnd - outStart));
      if (count == 0) {
        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        return;
      }
      outStart += count;
    }
    outStart = 0;
    outEnd = 0;
    if (key.interestOps() != SelectionKey.OP_READ) {
      key.interestOps(SelectionKey.OP_READ);
    }
  }

  /** Reads once and hands out every whole frame; then flushes what the handler wrote. */
  void ready() throws IOException {
    if (key.isReadable()) {
      int count = channel.read(ByteBuffer.wrap(in, inEnd, in.length - inEnd));
      if (count < 0) {
        throw new EOFException("the gateway closed the connection");
      }
      inEnd += count;
      handFrames();
    }
    flush();
  }

  void close() throws IOException {
    channel.close();
  }

  private void handFrames() {
    int start = 0;
    while (inEnd - start >= 4) {
      int length = Bytes.int32(in, start);
      if (inEnd - start - 4 < length) {
        if (length + 4 > in.length) {
          in = Arrays.copyOf(in, 2 * (length + 4));
        }
        break;
      }
      handler.onFrame(this, in, start + 4, length);
      start += 4 + length;
    }
    System.arraycopy(in, start, in, 0, inEnd - start);
    inEnd -= start;
  }
}
