package dev.headgate.it.bench;

import dev.headgate.it.load.DirectEndToEndLoad;
import dev.headgate.it.load.GatewayEndToEndLoad;
import java.util.List;

/** P5: 500 messages a second, from the moment at which each was due to its consumer. */
final class EndToEndAtRate implements Workload {
  static final String TITLE = "end to end, 500/s of 1 KiB";
  static final String DIRECT = "direct send, long pull";
  static final String GATEWAY = "gateway, send and receive";
  static final String GRPC = "gRPC proxy, simple consumer";

  private static final String TOPIC = "x-bench-e2e-";

  @Override
  public String name() {
    return "end-to-end";
  }

  @Override
  public void run(Run run) throws Exception {
    Rig rig = run.rig();
    for (String way : List.of("direct", "gateway", "grpc")) {
      rig.createTopic(TOPIC + way);
    }
    run.compare(
        TITLE,
        List.of(
            new Run.Contender(
                DIRECT,
                repeat ->
                    rig.measureDirect(
                        DirectEndToEndLoad.class,
                        params(Params.of(run, TOPIC + "direct"), "direct"))),
            new Run.Contender(
                GATEWAY,
                repeat ->
                    rig.measureGateway(
                        GatewayEndToEndLoad.class,
                        params(Params.of(run, TOPIC + "gateway"), "gateway"))),
            new Run.Contender(
                GRPC,
                repeat ->
                    rig.measureGrpc(
                        "GrpcEndToEndLoad", params(Params.ofGrpc(run, TOPIC + "grpc"), "grpc")))));
  }

  private static Params params(Params params, String way) {
    return params.with("group", "bench-e2e-" + way).with("rate", 500);
  }
}
