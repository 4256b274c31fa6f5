package dev.headgate.it.bench;

import java.util.List;

/** All workloads, in the order in which they run. */
final class Workloads {
  private Workloads() {}

  static List<Workload> all() {
    return List.of(
        new SendSaturated(),
        new SendOneByOne(),
        new SendBatch(),
        new ReceiveBacklog(),
        new EndToEndAtRate(),
        new StartToReady(),
        new GrowingConnections(),
        new GrowingSubscriptions(),
        new SlowConsumer());
  }

  static List<String> names() {
    return all().stream().map(Workload::name).toList();
  }
}
