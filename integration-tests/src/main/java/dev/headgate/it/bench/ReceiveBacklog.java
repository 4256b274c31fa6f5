package dev.headgate.it.bench;

import dev.headgate.it.load.Backlog;
import dev.headgate.it.load.DirectPullLoad;
import dev.headgate.it.load.GatewayReceiveLoad;
import java.util.List;

/** P4: a backlog of 1 KiB messages, received and acknowledged as fast as it goes. */
final class ReceiveBacklog implements Workload {
  static final String TITLE = "consume a backlog of 1 KiB";
  static final String DIRECT = "direct pull, 32 a pull";
  static final String GATEWAY = "gateway, 8 connections, 32 + ack";
  static final String GRPC = "gRPC proxy, simple consumer, 8 x 32";

  private static final String TOPIC = "x-bench-receive";

  @Override
  public String name() {
    return "receive";
  }

  @Override
  public void run(Run run) throws Exception {
    Rig rig = run.rig();
    int backlog = run.options().backlog();
    int warmUp = backlog / 5;
    rig.createTopic(TOPIC);
    run.say("storing a backlog of %d", backlog + warmUp);
    rig.run(
        Backlog.class,
        new Params()
            .with("nameServer", rig.nameServer())
            .with("topic", TOPIC)
            // A little more than is consumed: nobody measures the last message's long poll.
            .with("messages", backlog + warmUp + backlog / 10)
            .with("bytes", Run.BODY_BYTES)
            .words());
    run.compare(
        TITLE,
        List.of(
            new Run.Contender(
                DIRECT,
                repeat ->
                    rig.measureDirect(
                        DirectPullLoad.class, whole(run, "bench-direct-" + repeat, warmUp))),
            new Run.Contender(
                GATEWAY,
                repeat ->
                    rig.measureGateway(
                        GatewayReceiveLoad.class,
                        whole(run, "bench-" + repeat, warmUp).with("connections", 8))),
            // Far slower: it is given a time, not the whole backlog.
            new Run.Contender(
                GRPC,
                repeat ->
                    rig.measureGrpc(
                        "GrpcReceiveLoad",
                        Params.ofGrpc(run, TOPIC)
                            .with("group", "bench-grpc-" + repeat)
                            .with("threads", 8)
                            .with("batch", 32)))));
  }

  private static Params whole(Run run, String group, int warmUp) {
    return new Params()
        .with("topic", TOPIC)
        .with("group", group)
        .with("batch", 32)
        .with("warmupMessages", warmUp)
        .with("messages", run.options().backlog());
  }
}
