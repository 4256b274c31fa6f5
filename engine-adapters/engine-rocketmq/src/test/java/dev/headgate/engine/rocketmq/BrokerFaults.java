package dev.headgate.engine.rocketmq;

import dev.headgate.engine.testkit.FaultController;
import dev.headgate.sandbox.rocketmq.RocketMqProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Hurts the broker's process. */
final class BrokerFaults implements FaultController {
  private static final Duration WRITE_PATIENCE = Duration.ofSeconds(15);

  private final RocketMqProcess broker;

  BrokerFaults(RocketMqProcess broker) {
    this.broker = broker;
  }

  private interface Fault {
    void run() throws IOException, InterruptedException;
  }

  /**
   * RocketMQ keeps committed positions in memory and writes them to a file every so often, a second
   * in the sandbox; a crash takes those of the last interval back. What the tests have committed
   * before is to be safe.
   */
  @Override
  public void killBroker() {
    run(
        () -> {
          Path positions = broker.data().resolve("store/config/consumerOffset.json");
          // The next write may have gathered its content before the last commit came, and a broker
          // that is killed in a write falls back to the one before.
          awaitNextWrite(positions);
          awaitNextWrite(positions);
          broker.kill();
        });
  }

  private static void awaitNextWrite(Path file) throws IOException, InterruptedException {
    FileTime before = modified(file);
    long deadline = System.nanoTime() + WRITE_PATIENCE.toNanos();
    // A restarted broker deletes a file that it finds empty.
    while (!Files.exists(file) || modified(file).equals(before)) {
      if (System.nanoTime() > deadline) {
        throw new IOException(file + " has not been written again");
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private static FileTime modified(Path file) throws IOException {
    return Files.exists(file) ? Files.getLastModifiedTime(file) : FileTime.fromMillis(0);
  }

  @Override
  public void restartBroker(boolean keepData) {
    run(() -> broker.restart(keepData));
  }

  @Override
  public void stopBroker() {
    run(broker::pause);
  }

  @Override
  public void continueBroker() {
    run(broker::resume);
  }

  private static void run(Fault fault) {
    try {
      fault.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
