package dev.headgate.it.bench;

import dev.headgate.it.load.DirectSyncSendLoad;
import dev.headgate.it.load.GatewaySyncSendLoad;
import java.util.List;

/** P2: 1 KiB sends of one connection, each after the answer to the one before. */
final class SendOneByOne implements Workload {
  static final String TITLE = "send 1 KiB, one connection, one by one";
  static final String DIRECT = "direct sync, 1 thread";
  static final String GATEWAY = "gateway, 1 connection";
  static final String NO_OP = "no-op engine, 1 connection";
  static final String GRPC = "gRPC proxy sync, 1 thread";

  private static final String TOPIC = "x-bench-sync";

  @Override
  public String name() {
    return "send-sync";
  }

  @Override
  public void run(Run run) throws Exception {
    Rig rig = run.rig();
    rig.createTopic(TOPIC);
    run.compare(
        TITLE,
        List.of(
            new Run.Contender(
                DIRECT,
                repeat -> rig.measureDirect(DirectSyncSendLoad.class, Params.of(run, TOPIC))),
            new Run.Contender(
                GATEWAY,
                repeat -> rig.measureGateway(GatewaySyncSendLoad.class, Params.of(run, TOPIC))),
            new Run.Contender(
                NO_OP, repeat -> rig.measureNoOp(GatewaySyncSendLoad.class, Params.of(run, TOPIC))),
            new Run.Contender(
                GRPC, repeat -> rig.measureGrpc("GrpcSyncSendLoad", Params.ofGrpc(run, TOPIC)))));
  }
}
