package dev.headgate.it.bench;

import dev.headgate.it.load.DirectSendLoad;
import dev.headgate.it.load.GatewaySendLoad;
import java.util.List;

/** P1: 1 KiB sends, as fast as they are answered. */
final class SendSaturated implements Workload {
  static final String TITLE = "send 1 KiB, saturated";
  static final String DIRECT = "direct async, 256 in flight";
  static final String GATEWAY = "gateway, 64 connections x 4";
  static final String GATEWAY_SINGLE = "gateway, 64 connections x 1";
  static final String NO_OP = "no-op engine, 64 connections x 4";
  static final String GRPC = "gRPC proxy async, 256 in flight";

  private static final String TOPIC = "x-bench-send";

  @Override
  public String name() {
    return "send";
  }

  @Override
  public void run(Run run) throws Exception {
    Rig rig = run.rig();
    rig.createTopic(TOPIC);
    if (run.options().quick()) {
      // There is no round that does not count: the gateway's and the broker's code is compiled
      // here.
      rig.measureGateway(GatewaySendLoad.class, gateway(run, 4));
    }
    run.compare(
        TITLE,
        List.of(
            new Run.Contender(
                DIRECT,
                repeat ->
                    rig.measureDirect(
                        DirectSendLoad.class, Params.of(run, TOPIC).with("depth", 256))),
            new Run.Contender(
                GATEWAY, repeat -> rig.measureGateway(GatewaySendLoad.class, gateway(run, 4))),
            new Run.Contender(
                GATEWAY_SINGLE,
                repeat -> rig.measureGateway(GatewaySendLoad.class, gateway(run, 1))),
            new Run.Contender(
                NO_OP, repeat -> rig.measureNoOp(GatewaySendLoad.class, gateway(run, 4))),
            new Run.Contender(
                GRPC,
                repeat ->
                    rig.measureGrpc(
                        "GrpcSendLoad", Params.ofGrpc(run, TOPIC).with("depth", 256)))));
  }

  private static Params gateway(Run run, int depth) {
    return Params.of(run, TOPIC).with("connections", 64).with("depth", depth).with("batch", 1);
  }
}
