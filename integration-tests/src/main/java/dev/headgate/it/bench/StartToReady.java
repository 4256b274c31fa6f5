package dev.headgate.it.bench;

import dev.headgate.it.harness.ChildProcess;
import dev.headgate.it.harness.GatewayProcess;
import dev.headgate.it.harness.OperatorPort;
import dev.headgate.it.harness.Until;
import dev.headgate.it.load.Measurement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** P12: from the start of a process to its being ready, the broker being there already. */
final class StartToReady implements Workload {
  static final String TITLE = "start to ready";
  static final String GATEWAY = "gateway";
  static final String GRPC = "gRPC proxy";
  static final String SECONDS = "secondsToReady";

  @Override
  public String name() {
    return "start";
  }

  @Override
  public void run(Run run) throws Exception {
    run.compare(
        TITLE,
        List.of(
            new Run.Contender(GATEWAY, repeat -> gateway(run, repeat)),
            new Run.Contender(GRPC, repeat -> grpc(run, repeat))));
  }

  private static Measurement gateway(Run run, int repeat) throws Exception {
    long start = System.nanoTime();
    try (GatewayProcess gateway = run.rig().startGateway("start-" + repeat, List.of("-Xmx1280m"))) {
      OperatorPort operator = new OperatorPort(gateway.httpPort());
      Until.holds(
          "/ready answers 200",
          Duration.ofSeconds(30),
          () -> operator.get("/ready").statusCode() == 200);
      return seen((System.nanoTime() - start) / 1e9, gateway.process());
    }
  }

  private static Measurement grpc(Run run, int repeat) throws Exception {
    try (GrpcPeer peer = run.rig().startGrpcPeer("start-grpc-" + repeat)) {
      return seen(peer.secondsToReady(), peer.process());
    }
  }

  private static Measurement seen(double seconds, ChildProcess process) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(SECONDS, seconds);
    figures.put("residentMiB", process.usage().residentBytes() / (double) (1 << 20));
    return Measurement.ofFigures(figures);
  }
}
