package dev.headgate.sandbox.rocketmq;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The main class of the sandbox process: a real name server, a real broker, or both. Prints exactly
 * one line to standard output, when it is ready:
 *
 * <pre>READY namesrv=127.0.0.1:21001 broker=127.0.0.1:21007 pid=4711</pre>
 *
 * A part that does not run here shows as {@code -}. Ends on SIGTERM, and with {@code --exit-on-eof}
 * when standard input ends. Exit codes: 0 stopped, 1 did not start, 2 wrong arguments.
 */
public final class RocketMqSandbox {
  private static final Duration REGISTER_PATIENCE = Duration.ofSeconds(30);
  private static final Duration REGISTER_PAUSE = Duration.ofMillis(50);

  private RocketMqSandbox() {}

  /** See the class. */
  public static void main(String[] arguments) {
    SandboxOptions options;
    try {
      options = SandboxOptions.parse(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    PrintStream standardOutput = System.out;
    // RocketMQ prints to standard output now and then; there only our own line may stand.
    System.setOut(System.err);
    try {
      prepareSystem(options);
      run(options, standardOutput);
    } catch (Throwable e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  /** Must come before the first class of RocketMQ is loaded: they read these in initializers. */
  private static void prepareSystem(SandboxOptions options) throws IOException {
    Path logs = Files.createDirectories(options.data().resolve("logs"));
    Path home = Files.createDirectories(options.data().resolve("home"));
    System.setProperty("user.home", home.toString());
    System.setProperty("rocketmq.home.dir", home.toString());
    System.setProperty("headgate.sandbox.logs", logs.toString());
    System.setProperty("rmq.logback.configurationFile", "headgate-sandbox-rocketmq-logback.xml");
    // Without its version number the name server ignores the topics of a broker.
    System.setProperty(
        org.apache.rocketmq.remoting.protocol.RemotingCommand.REMOTING_VERSION_KEY,
        Integer.toString(org.apache.rocketmq.common.MQVersion.CURRENT_VERSION));
  }

  private static void run(SandboxOptions options, PrintStream standardOutput) throws Exception {
    SandboxPorts ports = SandboxPorts.choose(options);
    EmbeddedNameServer nameServer =
        options.role().runsNameServer()
            ? new EmbeddedNameServer(options.data(), ports.nameServer())
            : null;
    String nameServerAddress =
        options.nameServer() != null ? options.nameServer() : "127.0.0.1:" + ports.nameServer();
    EmbeddedBroker broker =
        options.role().runsBroker()
            ? new EmbeddedBroker(
                options.data(), BrokerSettings.of(options, ports, nameServerAddress))
            : null;
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndWait(stop, stopped)));
    if (broker != null) {
      awaitRegistration(broker);
    }
    standardOutput.println(
        "READY namesrv=%s broker=%s pid=%d"
            .formatted(
                nameServerAddress,
                broker == null ? "-" : "127.0.0.1:" + ports.broker(),
                ProcessHandle.current().pid()));
    standardOutput.flush();
    if (options.exitOnEof()) {
      stopAtEndOfInput(stop);
    }
    stop.await();
    close(broker);
    close(nameServer);
    stopped.countDown();
    Runtime.getRuntime().halt(0);
  }

  /** The first registration after a start can be a silent no-op; the next would come 10 s later. */
  private static void awaitRegistration(EmbeddedBroker broker) throws InterruptedException {
    long deadline = System.nanoTime() + REGISTER_PATIENCE.toNanos();
    broker.register();
    while (!broker.isRegistered()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the broker did not register within " + REGISTER_PATIENCE.toSeconds() + " s");
      }
      TimeUnit.MILLISECONDS.sleep(REGISTER_PAUSE.toMillis());
      broker.register();
    }
  }

  private static void stopAtEndOfInput(CountDownLatch stop) {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // Nothing is read from the parent but its end.
                }
              } catch (IOException e) {
                System.err.println("standard input: " + e.getMessage());
              }
              stop.countDown();
            },
            "end-of-input");
    watch.setDaemon(true);
    watch.start();
  }

  private static void stopAndWait(CountDownLatch stop, CountDownLatch stopped) {
    stop.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(@Nullable AutoCloseable server) {
    if (server == null) {
      return;
    }
    try {
      server.close();
    } catch (Exception e) {
      e.printStackTrace(new PrintStream(System.err, true, StandardCharsets.UTF_8));
    }
  }
}
