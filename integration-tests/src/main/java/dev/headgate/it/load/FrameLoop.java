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
    selector = Selector.open();
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    for (int i = 0; i < count; i++) {
      connections.add(new FrameConnection(selector, address, handler));
    }
  }

  List<FrameConnection> connections() {
    return connections;
  }

  /** Serves the connections until the condition holds; it is asked after every round. */
  void run(BooleanSupplier done) throws IOException {
    for (FrameConnection connection : connections) {
      connection.flush();
    }
    while (!done.getAsBoolean()) {
      selector.select(100);
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
