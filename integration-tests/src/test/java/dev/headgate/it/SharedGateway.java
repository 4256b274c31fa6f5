package dev.headgate.it;

import dev.headgate.it.harness.Distribution;
import dev.headgate.it.harness.GatewayConfigFile;
import dev.headgate.it.harness.GatewayProcess;
import dev.headgate.it.harness.RocketMqCluster;
import dev.headgate.it.harness.TemporaryFolder;
import java.io.IOException;

/** One gateway over one RocketMQ, for every test that harms neither. Started once in a run. */
final class SharedGateway implements AutoCloseable {
  private final TemporaryFolder folder;
  private final RocketMqCluster cluster;
  private final GatewayProcess gateway;

  SharedGateway() {
    Distribution distribution = Distribution.find();
    folder = TemporaryFolder.create("shared");
    try {
      cluster = RocketMqCluster.start(distribution, folder.resolve("rocketmq"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    gateway =
        GatewayProcess.start(
            distribution, GatewayConfigFile.of(cluster), folder.resolve("gateway"));
  }

  RocketMqCluster cluster() {
    return cluster;
  }

  GatewayProcess gateway() {
    return gateway;
  }

  @Override
  public void close() {
    gateway.close();
    cluster.close();
    folder.close();
  }
}
