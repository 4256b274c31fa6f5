package dev.headgate.server.thrift;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.apache.thrift.protocol.TMessageType;

/**
 * What the edge itself costs: sends of 1 KiB to a {@link NoOpEdge} in another process, from one
 * thread that writes encoded frames and only counts answers. A program, not a test:
 *
 * <pre>
 * java -cp … dev.headgate.server.thrift.EdgeFigure CONNECTIONS DEPTH SECONDS
 * </pre>
 */
public final class EdgeFigure {
  private static final Duration WARM_UP = Duration.ofSeconds(5);

  private final Selector selector = Selector.open();
  private final long[] latencies = new long[4_000_000];
  private long answers;

  private EdgeFigure() throws IOException {}

  /** Prints one line. */
  public static void main(String[] args) throws Exception {
    int connections = Integer.parseInt(args[0]);
    int depth = Integer.parseInt(args[1]);
    Duration time = Duration.ofSeconds(Long.parseLong(args[2]));
    Process server =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                NoOpEdge.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      while (!line.matches("\\d+")) {
        line = out.readLine();
      }
      EdgeFigure figure = new EdgeFigure();
      for (int i = 0; i < connections; i++) {
        figure.connect(new InetSocketAddress("127.0.0.1", Integer.parseInt(line)), depth);
      }
      figure.run(WARM_UP);
      figure.answers = 0;
      Duration cpu = server.info().totalCpuDuration().orElseThrow();
      long begun = System.nanoTime();
      figure.run(time);
      double seconds = (System.nanoTime() - begun) / 1e9;
      double cpuMicros = server.info().totalCpuDuration().orElseThrow().minus(cpu).toNanos() / 1e3;
      figure.report(connections, depth, seconds, cpuMicros);
    } finally {
      server.destroy();
    }
  }

  private void report(int connections, int depth, double seconds, double cpuMicros) {
    long[] sorted = Arrays.copyOf(latencies, (int) Math.min(answers, latencies.length));
    Arrays.sort(sorted);
    System.out.printf(
        "connections=%d depth=%d: %.0f requests/s, %.1f us of server CPU each, p50 %d us, p99 %d"
            + " us%n",
        connections,
        depth,
        answers / seconds,
        cpuMicros / answers,
        sorted[sorted.length / 2] / 1000,
        sorted[(int) (sorted.length * 0.99)] / 1000);
  }

  private void connect(InetSocketAddress address, int depth) throws Exception {
    SocketChannel channel = SocketChannel.open(address);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    Peer peer = new Peer(channel, depth);
    channel.register(selector, SelectionKey.OP_READ, peer);
    peer.ask(depth);
  }

  private void run(Duration time) throws IOException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - end < 0) {
      selector.select(100);
      for (SelectionKey key : selector.selectedKeys()) {
        Peer peer = (Peer) key.attachment();
        int answered = peer.readAnswers();
        if (answered > 0) {
          peer.ask(answered);
        }
      }
      selector.selectedKeys().clear();
    }
  }

  /** One connection with {@code depth} requests under way. */
  private final class Peer {
    private final SocketChannel channel;
    private final byte[] frame;
    private final long[] asked;
    private final ByteBuffer in = ByteBuffer.allocate(64 << 10);
    private ByteBuffer out = ByteBuffer.allocate(0);
    private long oldest;
    private long newest;

    Peer(SocketChannel channel, int depth) throws Exception {
      this.channel = channel;
      byte[] message =
          RawPeer.message("Produce:send", TMessageType.CALL, 0, Requests.send("x".repeat(1024)));
      this.frame =
          ByteBuffer.allocate(4 + message.length).putInt(message.length).put(message).array();
      this.asked = new long[depth];
    }

    void ask(int requests) throws IOException {
      ByteBuffer next = ByteBuffer.allocate(out.remaining() + requests * frame.length);
      next.put(out);
      long now = System.nanoTime();
      for (int i = 0; i < requests; i++) {
        next.put(frame);
        asked[(int) (newest++ % asked.length)] = now;
      }
      out = next.flip();
      while (out.hasRemaining()) {
        channel.write(out);
      }
    }

    int readAnswers() throws IOException {
      if (channel.read(in) < 0) {
        throw new IOException("closed by the edge");
      }
      in.flip();
      int count = 0;
      long now = System.nanoTime();
      while (in.remaining() >= 4 && in.remaining() >= 4 + in.getInt(in.position())) {
        in.position(in.position() + 4 + in.getInt(in.position()));
        latencies[(int) (answers++ % latencies.length)] =
            now - asked[(int) (oldest++ % asked.length)];
        count++;
      }
      in.compact();
      return count;
    }
  }
}
