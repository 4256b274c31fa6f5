package dev.headgate.engine.rocketmq;

import dev.headgate.engine.testkit.FaultController;
import dev.headgate.sandbox.rocketmq.RocketMqProcess;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Hurts the broker's process. */
final class BrokerFaults implements FaultController {
  private final RocketMqProcess broker;

  BrokerFaults(RocketMqProcess broker) {
    this.broker = broker;
  }

  private interface Fault {
    void run() throws IOException, InterruptedException;
  }

  @Override
  public void killBroker() {
    run(broker::kill);
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
