package dev.headgate.client;

import dev.headgate.idl.gateway.Consume;
import dev.headgate.idl.gateway.Produce;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.apache.thrift.TConfiguration;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TMultiplexedProtocol;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.transport.TTransportException;
import org.apache.thrift.transport.layered.TFramedTransport;

/**
 * One socket to one node with the stubs of all services over it. The stock stubs do one call at a
 * time, so a connection belongs to one borrower of the pool at a time; only {@link #close} and
 * {@link #overdue} are for others.
 */
final class Connection implements AutoCloseable {
  private static final int RECURSION_LIMIT = 64;

  private final Endpoint endpoint;
  private final DeadlineTransport socket;
  private final Produce.Client produce;
  private final Consume.Client consume;
  private final dev.headgate.idl.admin.Admin.Client admin;
  private volatile long deadlineNanos;
  private volatile long idleSinceNanos = System.nanoTime();

  private Connection(Endpoint endpoint, DeadlineTransport socket) throws TTransportException {
    this.endpoint = endpoint;
    this.socket = socket;
    TProtocol protocol = new TBinaryProtocol(new TFramedTransport(socket), true, true);
    this.produce = new Produce.Client(new TMultiplexedProtocol(protocol, "Produce"));
    this.consume = new Consume.Client(new TMultiplexedProtocol(protocol, "Consume"));
    this.admin =
        new dev.headgate.idl.admin.Admin.Client(new TMultiplexedProtocol(protocol, "Admin"));
  }

  /** Connects; blocks up to the timeout. */
  static Connection open(Endpoint endpoint, Duration timeout, int maxFrameBytes)
      throws IOException {
    InetSocketAddress address =
        new InetSocketAddress(endpoint.address().host(), endpoint.address().port());
    if (address.isUnresolved()) {
      throw new UnknownHostException(endpoint.address().host());
    }
    SocketChannel channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      channel.socket().connect(address, (int) Math.max(1, timeout.toMillis()));
      TConfiguration limits = new TConfiguration(maxFrameBytes, maxFrameBytes, RECURSION_LIMIT);
      return new Connection(endpoint, new DeadlineTransport(limits, channel));
    } catch (IOException | TTransportException | RuntimeException e) {
      channel.close();
      throw e instanceof IOException io ? io : new IOException(e);
    }
  }

  Endpoint endpoint() {
    return endpoint;
  }

  Produce.Client produce() {
    return produce;
  }

  Consume.Client consume() {
    return consume;
  }

  dev.headgate.idl.admin.Admin.Client admin() {
    return admin;
  }

  /** Begins an exchange whose answer must be here by a time of {@link System#nanoTime}. */
  void begin(long deadline) {
    deadlineNanos = deadline;
    socket.begin(deadline);
  }

  /** Whether the request of the exchange has left whole; false: no node can have understood it. */
  boolean written() {
    return socket.written();
  }

  /** Whether an exchange runs past its deadline, which a blocked write can. */
  boolean overdue(long nowNanos) {
    return nowNanos - deadlineNanos > 0;
  }

  void markIdle() {
    idleSinceNanos = System.nanoTime();
  }

  long idleNanos(long nowNanos) {
    return nowNanos - idleSinceNanos;
  }

  boolean stale() {
    return socket.stale();
  }

  @Override
  public void close() {
    socket.close();
  }
}
