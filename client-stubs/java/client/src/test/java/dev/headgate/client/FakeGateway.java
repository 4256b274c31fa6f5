package dev.headgate.client;

import dev.headgate.idl.gateway.Category;
import dev.headgate.idl.gateway.Consume;
import dev.headgate.idl.gateway.Failure;
import dev.headgate.idl.gateway.GatewayError;
import dev.headgate.idl.gateway.Produce;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.thrift.TException;
import org.apache.thrift.TMultiplexedProcessor;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.transport.TMemoryBuffer;
import org.apache.thrift.transport.TMemoryInputTransport;

/**
 * A gateway of one process and no broker, whose failures follow a script. A thread per connection.
 */
final class FakeGateway implements AutoCloseable {
  /** What happens to one request. */
  enum Fault {
    /** Served as usual. */
    NONE,
    /** The connection closes before anything is done. */
    DROP_REQUEST,
    /** The work is done and the connection closes instead of an answer. */
    DROP_REPLY,
    /** The work is done and the answer never comes, while the connection stays open. */
    SILENCE,
    /** The answer is a frame of nonsense. */
    GARBAGE
  }

  final FakeTopic topic = new FakeTopic();
  final FakeAdmin admin = new FakeAdmin();
  final AtomicInteger accepted = new AtomicInteger();
  final AtomicInteger requests = new AtomicInteger();

  private final Queue<Fault> script = new ConcurrentLinkedQueue<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final TMultiplexedProcessor processor = new TMultiplexedProcessor();
  private final ServerSocket server;
  private final Thread acceptor;

  FakeGateway() throws IOException {
    this(0);
  }

  FakeGateway(int port) throws IOException {
    server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    processor.registerProcessor("Produce", new Produce.Processor<>(topic));
    processor.registerProcessor("Consume", new Consume.Processor<>(topic));
    processor.registerProcessor(
        "Admin", new dev.headgate.idl.admin.Admin.Processor<>(admin.service()));
    acceptor = start(this::accept);
  }

  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  int port() {
    return server.getLocalPort();
  }

  /** The next requests meet these faults, in order. */
  void script(Fault... faults) {
    for (Fault fault : faults) {
      script.add(fault);
    }
  }

  int openConnections() {
    return open.size();
  }

  /** Closes all connections that are idle or not, and goes on serving. */
  void dropConnections() {
    open.forEach(FakeGateway::closeQuietly);
  }

  static GatewayError error(ErrorCode code, boolean retryable, Outcome outcome) {
    return new GatewayError(
        new Failure()
            .setCode(code.number())
            .setCategory(Category.AVAILABILITY)
            .setMessage("scripted " + code)
            .setRetryable(retryable)
            .setOutcome(dev.headgate.idl.gateway.Outcome.valueOf(outcome.name())));
  }

  @Override
  public void close() {
    closed.countDown();
    topic.close();
    try {
      server.close();
      // An accept that is under way keeps the port open, and could still win a connection.
      acceptor.join();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    dropConnections();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        if (closed.getCount() == 0) {
          socket.close();
          return;
        }
        accepted.incrementAndGet();
        open.add(socket);
        Thread unused = start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      while (exchange(in, out)) {
        requests.incrementAndGet();
      }
    } catch (IOException | TException | InterruptedException e) {
      // The client has gone, or the script wants it so.
    } finally {
      open.remove(socket);
    }
  }

  private boolean exchange(DataInputStream in, DataOutputStream out)
      throws IOException, TException, InterruptedException {
    byte[] frame = new byte[in.readInt()];
    in.readFully(frame);
    Fault next = script.poll();
    Fault fault = next == null ? Fault.NONE : next;
    if (fault == Fault.DROP_REQUEST) {
      return false;
    }
    TMemoryBuffer reply = new TMemoryBuffer(256);
    processor.process(
        new TBinaryProtocol(new TMemoryInputTransport(frame)), new TBinaryProtocol(reply));
    switch (fault) {
      case DROP_REPLY -> {
        return false;
      }
      case SILENCE -> closed.await();
      case GARBAGE -> {
        out.writeInt(8);
        out.writeLong(0x4854_5450_2f31_2e31L);
      }
      default -> {
        byte[] whole = new byte[reply.length() + 4];
        new TMemoryInputTransport(reply.getArray(), 0, reply.length())
            .read(whole, 4, reply.length());
        java.nio.ByteBuffer.wrap(whole).putInt(reply.length());
        out.write(whole);
      }
    }
    out.flush();
    return true;
  }

  private static Thread start(Runnable task) {
    Thread thread = new Thread(task, "fake-gateway");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
