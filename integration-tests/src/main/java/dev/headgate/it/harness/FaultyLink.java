package dev.headgate.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP link that can be cut: it listens on a loopback port, forwards to another, and loses, delays
 * or resets on command. Two threads a connection. Thread-safe.
 */
public final class FaultyLink implements AutoCloseable {
  /** Which way bytes go. */
  public enum Direction {
    /** From who connected to who listens. */
    TO_SERVER,
    /** The answers. */
    TO_CLIENT
  }

  private final ServerSocket listener;
  private final InetSocketAddress target;
  private final Map<Direction, Gate> gates = new EnumMap<>(Direction.class);
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean refusing;

  /** A link to a loopback port, on a loopback port of its own. */
  public FaultyLink(int targetPort) {
    try {
      InetAddress loopback = InetAddress.getLoopbackAddress();
      target = new InetSocketAddress(loopback, targetPort);
      listener = new ServerSocket(FreePorts.next(), 128, loopback);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    gates.put(Direction.TO_SERVER, new Gate());
    gates.put(Direction.TO_CLIENT, new Gate());
    start("accept", this::accept);
  }

  /** Where to connect. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Lets no byte pass in this direction, and none get lost for good: TCP would send it again. */
  public void hold(Direction direction) {
    gate(direction).hold();
  }

  /** Swallows every byte of this direction for good: a stream that was cut stays torn. */
  public void blackHole(Direction direction) {
    gate(direction).swallow();
  }

  /** Delays whatever passes in this direction. */
  public void delay(Direction direction, Duration latency) {
    gate(direction).delay(latency);
  }

  /** Resets every connection, and new ones at once until {@link #heal}. */
  public void refuse() {
    refusing = true;
    reset();
  }

  /** Resets every connection; new ones pass. */
  public void reset() {
    for (Socket socket : sockets) {
      abort(socket);
    }
  }

  /** Lets everything pass at once again. */
  public void heal() {
    refusing = false;
    gates.values().forEach(Gate::open);
  }

  /** How many connections are open. */
  public int connections() {
    return sockets.size() / 2;
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    reset();
    gates.values().forEach(Gate::open);
  }

  private Gate gate(Direction direction) {
    Gate gate = gates.get(direction);
    if (gate == null) {
      throw new IllegalStateException("no gate for " + direction);
    }
    return gate;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        sockets.add(client);
        if (refusing) {
          abort(client);
          continue;
        }
        connect(client);
      } catch (IOException e) {
        // Closed: the loop ends.
      }
    }
  }

  private void connect(Socket client) {
    Socket server = new Socket();
    sockets.add(server);
    try {
      server.connect(target, 2_000);
      server.setTcpNoDelay(true);
      client.setTcpNoDelay(true);
    } catch (IOException e) {
      abort(server);
      abort(client);
      return;
    }
    start("to server", () -> pump(client, server, gate(Direction.TO_SERVER)));
    start("to client", () -> pump(server, client, gate(Direction.TO_CLIENT)));
  }

  private void pump(Socket from, Socket to, Gate gate) {
    byte[] buffer = new byte[64 << 10];
    try {
      for (int count = from.getInputStream().read(buffer);
          count >= 0;
          count = from.getInputStream().read(buffer)) {
        if (gate.pass()) {
          to.getOutputStream().write(buffer, 0, count);
        }
      }
      gate.pass();
    } catch (IOException e) {
      // One side has gone: so does the other.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    abort(from);
    abort(to);
  }

  private void abort(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // Closed before.
    }
    try {
      socket.close();
    } catch (IOException e) {
      // Closed before.
    }
    sockets.remove(socket);
  }

  private void start(String what, Runnable work) {
    Thread thread = new Thread(work, "link " + port() + " " + what);
    thread.setDaemon(true);
    thread.start();
  }

  /** One direction: open, held or swallowing. */
  private static final class Gate {
    private boolean held;
    private boolean swallowing;
    private long latencyMillis;

    synchronized void hold() {
      held = true;
    }

    synchronized void swallow() {
      swallowing = true;
    }

    synchronized void delay(Duration latency) {
      latencyMillis = latency.toMillis();
    }

    synchronized void open() {
      held = false;
      swallowing = false;
      latencyMillis = 0;
      notifyAll();
    }

    /** Waits while held; answers whether the bytes in hand may pass. */
    boolean pass() throws InterruptedException {
      long latency;
      synchronized (this) {
        while (held) {
          wait();
        }
        if (swallowing) {
          return false;
        }
        latency = latencyMillis;
      }
      if (latency > 0) {
        Thread.sleep(latency);
      }
      return true;
    }
  }
}
