package dev.headgate.client;

import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.apache.thrift.TConfiguration;
import org.apache.thrift.transport.TIOStreamTransport;
import org.apache.thrift.transport.TTransportException;

/**
 * A socket whose reads end at a deadline and which knows whether the last request has left. For one
 * thread at a time; only {@link #close} may come from another.
 */
final class DeadlineTransport extends TIOStreamTransport {
  private final SocketChannel channel;
  private long deadlineNanos;
  private boolean written;

  DeadlineTransport(TConfiguration configuration, SocketChannel channel)
      throws IOException, TTransportException {
    super(configuration, channel.socket().getInputStream(), channel.socket().getOutputStream());
    this.channel = channel;
  }

  /** Begins an exchange that must end at a time of {@link System#nanoTime}. */
  void begin(long deadline) {
    deadlineNanos = deadline;
    written = false;
  }

  /**
   * Whether the request of this exchange has been handed over whole; before that, no node can have
   * understood it.
   */
  boolean written() {
    return written;
  }

  /**
   * Whether the peer has closed or has sent something unasked: then the connection is of no more
   * use.
   */
  boolean stale() {
    try {
      channel.configureBlocking(false);
      int read = channel.read(ByteBuffer.allocate(1));
      channel.configureBlocking(true);
      return read != 0;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public int read(byte[] into, int offset, int length) throws TTransportException {
    long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    if (left <= 0) {
      throw new TTransportException(TTransportException.TIMED_OUT, "no answer in time");
    }
    try {
      channel.socket().setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
    } catch (SocketException e) {
      throw new TTransportException(TTransportException.END_OF_FILE, e);
    }
    return super.read(into, offset, length);
  }

  @Override
  public void flush() throws TTransportException {
    try {
      super.flush();
    } catch (TTransportException e) {
      // An interrupt closes the channel, also when it strikes just after the last byte has gone.
      written |= e.getCause() instanceof ClosedByInterruptException;
      throw e;
    }
    written = true;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing is lost: the connection is given up either way.
    }
  }
}
