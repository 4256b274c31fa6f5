package dev.headgate.it.bench;

import dev.headgate.it.harness.GatewayProcess;
import dev.headgate.it.load.Backlog;
import dev.headgate.it.load.Measurement;
import dev.headgate.it.load.SlowReceiveLoad;
import java.util.Map;

/** P10: consumers that are far slower than their backlog, and the gateway's memory meanwhile. */
final class SlowConsumer implements Workload {
  static final String NAME = "slow-consumer";
  static final String MEMORY = "memoryMiB";

  private static final String TOPIC = "x-bench-slow";
  private static final int BODY_BYTES = 16 << 10;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void run(Run run) throws Exception {
    Rig rig = run.rig();
    int messages = run.options().backlogMib() * ((1 << 20) / BODY_BYTES);
    int seconds = run.options().quick() ? 6 : 120;
    rig.createTopic(TOPIC);
    run.say("storing a backlog of %d MiB", run.options().backlogMib());
    rig.run(
        Backlog.class,
        new Params()
            .with("nameServer", rig.nameServer())
            .with("topic", TOPIC)
            .with("messages", messages)
            .with("bytes", BODY_BYTES)
            .words());
    Curve curve =
        new Curve(
            NAME, "a slow consumer before %d MiB".formatted(run.options().backlogMib()), "seconds");
    try (GatewayProcess gateway = rig.startGateway(NAME, Footprint.JVM)) {
      curve.add(new Curve.Point(0, Footprint.of(gateway.process()).figures(), ""));
      Params params =
          new Params()
              .with("port", gateway.port())
              .with("topic", TOPIC)
              .with("group", "slow")
              .with("clients", 4)
              .with("batch", 16)
              .with("pauseMillis", 100)
              .with("seconds", seconds)
              .with("watch.gateway", gateway.process().pid());
      long start = System.nanoTime();
      try (BackgroundLoad clients = rig.start(SlowReceiveLoad.class, params)) {
        while (clients.count("MEASURED") == 0 && clients.isAlive()) {
          Map<String, Double> values = Footprint.of(gateway.process()).figures();
          curve.add(new Curve.Point((System.nanoTime() - start) / 1e9, values, ""));
          Thread.sleep(1_000);
        }
        Measurement measurement = Measurement.parse(clients.output());
        run.say("slow consumer: %s", measurement.brief());
        if (measurement.errors() > 0) {
          run.results().note("slow consumer: " + measurement.brief());
        }
      }
    }
    run.results().add(curve);
  }
}
