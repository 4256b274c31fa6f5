package dev.headgate.server.thrift;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Looks at the connections of one event loop ten times a second: deadlines of calls, stalled reads
 * and writes, idleness. One timer a loop in place of several a connection, so that an idle
 * connection costs next to nothing. Event loop only.
 */
final class ConnectionSweep {
  private static final long INTERVAL_MILLIS = 100;

  private final EventLoop loop;
  private final Set<ThriftConnection> connections = new HashSet<>();

  ConnectionSweep(EventLoop loop) {
    this.loop = loop;
  }

  /** Begins to look. */
  void start() {
    var unused =
        loop.scheduleAtFixedRate(
            this::sweep, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  void add(ThriftConnection connection) {
    connections.add(connection);
  }

  void remove(ThriftConnection connection) {
    connections.remove(connection);
  }

  /** From any thread: each connection closes once its calls are answered. */
  void finishAll() {
    loop.execute(() -> snapshot().forEach(ThriftConnection::finish));
  }

  private void sweep() {
    if (connections.isEmpty()) {
      return;
    }
    long now = System.nanoTime();
    for (ThriftConnection connection : snapshot()) {
      connection.sweep(now);
    }
  }

  private List<ThriftConnection> snapshot() {
    return new ArrayList<>(connections);
  }
}
