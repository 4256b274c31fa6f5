package dev.headgate.it.bench;

import dev.headgate.it.harness.GatewayProcess;
import dev.headgate.it.load.GatewayEndToEndLoad;
import dev.headgate.it.load.GatewaySyncSendLoad;
import dev.headgate.it.load.Measurement;
import dev.headgate.it.load.ParkLoad;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * P7 and P9: clients that wait, half of them idle and half with a receive parked, while another one
 * sends. A gateway of its own, so that nothing but the connections is in its memory.
 */
final class GrowingConnections implements Workload {
  static final String NAME = "connections";
  static final String MEMORY = "memoryMiB";
  static final String THREADS = "threads";
  static final String BROKER_CONNECTIONS = "brokerConnections";
  static final String SEND_P50 = "sendP50Millis";

  private static final Duration READY = Duration.ofMinutes(3);
  private static final String TOPIC = "x-bench-connections";
  private static final String QUIET = "x-bench-quiet";

  /** Open files besides the connections. */
  private static final int SPARE_FILES = 500;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void run(Run run) throws Exception {
    Rig rig = run.rig();
    rig.createTopic(TOPIC);
    rig.createTopic(QUIET);
    Curve curve = new Curve(NAME, "idle and parked connections", "connections");
    List<Integer> sizes =
        run.options().quick() ? List.of(1, 1_000) : List.of(1, 1_000, 5_000, 10_000);
    long files = OpenFiles.limit();
    try (GatewayProcess gateway = rig.startGateway("connections", Footprint.JVM)) {
      // Its code is compiled and its buffers are there before the first point.
      sends(run, gateway);
      for (int size : sizes) {
        if (size + SPARE_FILES > files) {
          run.results()
              .note(
                  "connections: %d left out, for a process may open %d files (ulimit -n)"
                      .formatted(size, files));
        } else {
          curve.add(point(run, gateway, size));
        }
      }
    }
    run.results().add(curve);
  }

  private static Curve.Point point(Run run, GatewayProcess gateway, int size) throws Exception {
    Params params =
        new Params()
            .with("port", gateway.port())
            .with("topic", QUIET)
            .with("group", "parked")
            .with("idle", size / 2)
            .with("parked", size - size / 2);
    try (BackgroundLoad clients = run.rig().start(ParkLoad.class, params)) {
      clients.awaitLine("READY", READY);
      Measurement sends = sends(run, gateway);
      Measurement endToEnd = endToEnd(run, gateway);
      Map<String, Double> values = new LinkedHashMap<>(Footprint.of(gateway.process()).figures());
      values.put(
          BROKER_CONNECTIONS,
          (double) OpenFiles.connections(gateway.process().pid(), run.rig().broker()));
      values.put(SEND_P50, sends.figures().get("p50Millis"));
      values.put("sendP99Millis", sends.figures().get("p99Millis"));
      values.put("endToEndP50Millis", endToEnd.figures().get("p50Millis"));
      values.put("endToEndP99Millis", endToEnd.figures().get("p99Millis"));
      run.say("%d connections: %s", size, values);
      long failed = clients.count("FAILED") + sends.errors() + endToEnd.errors();
      return new Curve.Point(
          size,
          values,
          (failed == 0 ? "" : failed + " calls failed; ")
              + (clients.isAlive() ? "" : "the clients ended early"));
    }
  }

  private static Measurement sends(Run run, GatewayProcess gateway) throws Exception {
    return run.rig()
        .measure(GatewaySyncSendLoad.class, Params.of(run, TOPIC).with("port", gateway.port()));
  }

  private static Measurement endToEnd(Run run, GatewayProcess gateway) throws Exception {
    return run.rig()
        .measure(
            GatewayEndToEndLoad.class,
            Params.of(run, TOPIC)
                .with("port", gateway.port())
                .with("group", "bench-connections")
                .with("rate", 200));
  }
}
