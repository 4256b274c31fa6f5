package dev.headgate.it.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Connections to one port of the loopback interface, and the one thread that serves them. */
final class FrameLoop implements AutoCloseable {
  private final Selector selector;
  private final List<FrameConnection> connections = new ArrayList<>();

  FrameLoop(int port, int count, FrameConnection.Handler handler) throws IOException {
    this(port, count, FrameConnection.LARGE_BUFFER, handler);
  }

  /** With buffers of a size to begin with, for each connection and direction. */
  FrameLoop(int port, int count, int bufferBytes, FrameConnection.Handler handler)
      throws IOException {
    selector = Selector.open();
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    for (int i = 0; i < count; i++) {
      connections.add(new FrameConnection(selector, address, bufferBytes, handler));
    }
  }

  List<FrameConnection> connections() {
    return connections;
  }

  /** Serves the connections until the condition holds; it is asked after every round. */
  void run(BooleanSupplier done) throws IOException {
    run(100, done);
  }

  /** The same, asked at least every so many milliseconds. */
  void run(int atLeastEveryMillis, BooleanSupplier done) throws IOException {
    for (FrameConnection connection : connections) {
      connection.flush();
    }
    while (!done.getAsBoolean()) {
      selector.select(atLeastEveryMillis);
      for (SelectionKey key : selector.selectedKeys()) {
        ((FrameConnection) key.attachment()).ready();
      }
      selector.selectedKeys().clear();
    }
  }

  @Override
  public void close() throws IOException {
    for (FrameConnection connection : connections) {
      connection.close();
    }
    selector.close();
  }
}
