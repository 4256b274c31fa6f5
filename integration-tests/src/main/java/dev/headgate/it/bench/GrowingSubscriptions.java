package dev.headgate.it.bench;

import dev.headgate.it.harness.GatewayProcess;
import dev.headgate.it.load.Measurement;
import dev.headgate.it.load.SubscriptionLoad;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * P8: ever more topics, each with a group of its own that waits for its messages; what a message
 * costs, how long it takes, and what a subscription holds. A gateway of its own for each point.
 */
final class GrowingSubscriptions implements Workload {
  static final String NAME = "subscriptions";
  static final String MEMORY = "memoryMiB";
  static final String COST = "gatewayCpuPer100k";

  private static final Duration LIMIT = Duration.ofMinutes(15);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void run(Run run) throws Exception {
    Curve curve = new Curve(NAME, "topics, each with a group that waits", "topics and groups");
    for (int size : run.options().subscriptions()) {
      curve.add(point(run, size));
    }
    run.results().add(curve);
  }

  private static Curve.Point point(Run run, int size) throws Exception {
    Rig rig = run.rig();
    long start = System.nanoTime();
    try (GatewayProcess gateway = rig.startGateway("subscriptions-" + size, Footprint.JVM)) {
      Params params =
          Params.of(run, "")
              .with("port", gateway.port())
              .with("prefix", "x-sub-" + size + "-")
              .with("topics", size)
              .with("rate", 500)
              .with("watch.gateway", gateway.process().pid());
      try (BackgroundLoad clients = rig.start(SubscriptionLoad.class, params)) {
        clients.awaitLine("MEASURED", LIMIT);
        Measurement measurement = Measurement.parse(clients.output());
        Map<String, Double> values = new LinkedHashMap<>();
        Footprint footprint = Footprint.of(gateway.process());
        values.putAll(footprint.figures());
        values.put(COST, measurement.cpuPer100k("gateway"));
        values.put("messagesPerSecond", measurement.rate());
        values.putAll(measurement.figures());
        values.put(
            "brokerConnections",
            (double) OpenFiles.connections(gateway.process().pid(), rig.broker()));
        values.put("secondsInAll", (System.nanoTime() - start) / 1e9);
        run.say("%d topics and groups: %s", size, values);
        return new Curve.Point(
            size,
            values,
            measurement.errors() == 0
                ? ""
                : measurement.errors() + " errors, the first: " + measurement.firstError());
      }
    }
  }
}
