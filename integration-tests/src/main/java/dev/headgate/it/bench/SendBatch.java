package dev.headgate.it.bench;

import dev.headgate.it.load.DirectBatchLoad;
import dev.headgate.it.load.GatewaySendLoad;
import java.util.List;

/** P3: batches of 32 messages of 1 KiB, eight batches in flight. */
final class SendBatch implements Workload {
  static final String TITLE = "send batches of 32 x 1 KiB";
  static final String DIRECT = "direct batch, 8 in flight";
  static final String GATEWAY = "gateway sendBatch, 8 connections";

  private static final String TOPIC = "x-bench-batch";

  @Override
  public String name() {
    return "send-batch";
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
                repeat ->
                    rig.measureDirect(
                        DirectBatchLoad.class,
                        Params.of(run, TOPIC).with("depth", 8).with("batch", 32))),
            new Run.Contender(
                GATEWAY,
                repeat ->
                    rig.measureGateway(
                        GatewaySendLoad.class,
                        Params.of(run, TOPIC)
                            .with("connections", 8)
                            .with("depth", 1)
                            .with("batch", 32)))));
  }
}
