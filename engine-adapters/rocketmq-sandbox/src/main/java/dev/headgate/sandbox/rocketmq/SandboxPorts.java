package dev.headgate.sandbox.rocketmq;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.SplittableRandom;

/**
 * The ports of a sandbox. They are kept in its data folder, so that a restart over the same folder
 * listens where the run before did and clients find it again.
 *
 * @param nameServer the name server's
 * @param broker the broker's; it takes the port two below as well
 * @param replication the broker's port for its slaves
 */
record SandboxPorts(int nameServer, int broker, int replication) {
  private static final String FILE = "ports.properties";
  // Below the range from which Linux takes the ports of outgoing connections: one of those could
  // otherwise sit on the port of a broker that is being restarted.
  private static final int LOWEST = 15_000;
  private static final int HIGHEST = 31_000;
  private static final int ATTEMPTS = 200;

  /** The ports asked for, else those of the last run, else free ones; remembered for the next. */
  static SandboxPorts choose(SandboxOptions options) throws IOException {
    Path file = options.data().resolve(FILE);
    Properties kept = new Properties();
    if (Files.exists(file)) {
      try (InputStream in = Files.newInputStream(file)) {
        kept.load(in);
      }
    }
    int broker = wanted(options.brokerPort(), kept, "broker");
    int replication = wanted(0, kept, "replication");
    int nameServer = wanted(options.nameServerPort(), kept, "namesrv");
    SandboxPorts ports =
        new SandboxPorts(
            nameServer == 0 ? freePort(0) : nameServer,
            broker == 0 ? freePort(2) : broker,
            replication == 0 ? freePort(0) : replication);
    kept.setProperty("namesrv", Integer.toString(ports.nameServer));
    kept.setProperty("broker", Integer.toString(ports.broker));
    kept.setProperty("replication", Integer.toString(ports.replication));
    try (OutputStream out = Files.newOutputStream(file)) {
      kept.store(out, "Ports of this sandbox; delete the file to have new ones chosen.");
    }
    return ports;
  }

  private static int wanted(int asked, Properties kept, String name) {
    return asked != 0 ? asked : Integer.parseInt(kept.getProperty(name, "0"));
  }

  /** A free port that has {@code alsoBelow} below it free as well. */
  private static int freePort(int alsoBelow) throws IOException {
    SplittableRandom random =
        new SplittableRandom(System.nanoTime() ^ ProcessHandle.current().pid());
    for (int i = 0; i < ATTEMPTS; i++) {
      int port = random.nextInt(LOWEST, HIGHEST);
      if (isFree(port) && (alsoBelow == 0 || isFree(port - alsoBelow))) {
        return port;
      }
    }
    throw new IOException("no free port between " + LOWEST + " and " + HIGHEST);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
