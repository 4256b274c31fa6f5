package dev.headgate.it;

import dev.headgate.it.harness.Distribution;
import dev.headgate.it.harness.GatewayConfigFile;
import dev.headgate.it.harness.GatewayProcess;
import dev.headgate.it.harness.RocketMqCluster;
import dev.headgate.it.harness.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A RocketMQ and gateways over it that one test class has for itself, to be killed. */
final class OwnGateway implements AutoCloseable {
  private final Distribution distribution = Distribution.find();
  private final TemporaryFolder folder;
  private final RocketMqCluster cluster;
  private final List<GatewayProcess> gateways = new ArrayList<>();

  private OwnGateway(String name, Map<String, String> broker, List<String> jvmOptions)
      throws IOException, InterruptedException {
    folder = TemporaryFolder.create(name);
    cluster = RocketMqCluster.start(distribution, folder.resolve("rocketmq"), broker, "-Xmx768m");
    try {
      gateways.add(
          GatewayProcess.start(
              distribution, GatewayConfigFile.of(cluster), folder.resolve("node0"), jvmOptions));
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  static OwnGateway start(String name) throws IOException, InterruptedException {
    return start(name, List.of("-Xmx384m"));
  }

  static OwnGateway start(String name, List<String> jvmOptions)
      throws IOException, InterruptedException {
    return new OwnGateway(name, Map.of(), jvmOptions);
  }

  /** With RocketMQ properties of its own. */
  static OwnGateway start(String name, Map<String, String> broker)
      throws IOException, InterruptedException {
    return new OwnGateway(name, broker, List.of("-Xmx384m"));
  }

  RocketMqCluster cluster() {
    return cluster;
  }

  /** The first node. */
  GatewayProcess gateway() {
    return gateways.get(0);
  }

  /** Starts one more node of the fleet: it signs leases with the same secret. */
  GatewayProcess anotherGateway() throws IOException {
    Path other = folder.resolve("node" + gateways.size());
    Path data = Files.createDirectories(other.resolve("gateway-data"));
    Files.copy(
        folder.resolve("node0").resolve("gateway-data").resolve("lease-secret"),
        data.resolve("lease-secret"));
    GatewayProcess another =
        GatewayProcess.start(distribution, GatewayConfigFile.of(cluster), other);
    gateways.add(another);
    return another;
  }

  /** The folder of everything that runs here. */
  Path folder() {
    return folder.path();
  }

  @Override
  public void close() {
    gateways.forEach(GatewayProcess::close);
    cluster.close();
    folder.close();
  }
}
