package dev.headgate.it.bench;

import dev.headgate.it.harness.Distribution;
import dev.headgate.it.load.Backlog;
import dev.headgate.it.load.DirectPullLoad;
import dev.headgate.it.load.DirectSendLoad;
import dev.headgate.it.load.GatewayReceiveLoad;
import dev.headgate.it.load.GatewaySendLoad;
import dev.headgate.it.load.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.thrift.TException;

/**
 * The benchmark's program. Measures sends at saturation and the consumption of a backlog, through
 * the gateway and with the broker's own client, in turn (A B A B …), and prints medians.
 *
 * <p>The system property {@link Distribution#PROPERTY} names the assembled gateway.
 */
public final class Bench {
  private static final int BODY_BYTES = 1024;
  private static final int CONNECTIONS = 64;

  private final BenchOptions options;
  private final Rig rig;
  private final List<Row> rows = new ArrayList<>();

  private Bench(BenchOptions options, Rig rig) {
    this.options = options;
    this.rig = rig;
  }

  /** Runs it. */
  public static void main(String[] words) throws Exception {
    BenchOptions options;
    try {
      options = BenchOptions.parse(words);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    Path folder = Files.createTempDirectory("headgate-bench");
    try (Rig rig = Rig.start(Distribution.find(), folder, !options.nativeOnly())) {
      Bench bench = new Bench(options, rig);
      bench.sends();
      bench.receives();
      bench.report();
    } finally {
      delete(folder);
    }
  }

  /** One contender: measured by a call. */
  private interface Contender {
    Measurement measure(int repeat) throws IOException;
  }

  private record Named(String name, Contender contender) {}

  private void sends() throws IOException, TException {
    rig.createTopic("x-bench-send");
    List<Named> contenders = new ArrayList<>();
    contenders.add(new Named("direct async, 256 in flight", repeat -> directSend()));
    if (!options.nativeOnly()) {
      contenders.add(new Named("gateway, 64 connections x 4", repeat -> gatewaySend(4)));
      contenders.add(new Named("gateway, 64 connections x 1", repeat -> gatewaySend(1)));
    }
    compare("send 1 KiB", contenders);
  }

  private void receives() throws IOException, TException {
    int warmUp = options.backlog() / 5;
    rig.createTopic("x-bench-receive");
    say("storing a backlog of " + (options.backlog() + warmUp));
    rig.run(
        Backlog.class,
        List.of(
            "nameServer=" + rig.nameServer(),
            "topic=x-bench-receive",
            // A little more than is consumed: nobody measures the last message's long poll.
            "messages=" + (options.backlog() + warmUp + options.backlog() / 10),
            "bytes=" + BODY_BYTES));
    List<Named> contenders = new ArrayList<>();
    contenders.add(new Named("direct pull, 32 a pull", repeat -> directPull(repeat, warmUp)));
    if (!options.nativeOnly()) {
      contenders.add(
          new Named("gateway, 8 connections, 32 + ack", repeat -> gatewayReceive(repeat, warmUp)));
    }
    compare("consume a backlog of 1 KiB", contenders);
  }

  private void compare(String workload, List<Named> contenders) throws IOException {
    List<Row> compared = new ArrayList<>();
    contenders.forEach(contender -> compared.add(new Row(workload, contender.name())));
    for (int repeat = 0; repeat <= options.repeats(); repeat++) {
      for (int i = 0; i < contenders.size(); i++) {
        Measurement measurement = contenders.get(i).contender().measure(repeat);
        say(
            "%s, %s, %s: %.0f/s"
                .formatted(
                    workload,
                    contenders.get(i).name(),
                    repeat == 0 ? "warm-up" : "repeat " + repeat,
                    measurement.rate()));
        if (repeat > 0) {
          compared.get(i).add(measurement);
        }
      }
    }
    rows.addAll(compared);
  }

  private Measurement directSend() throws IOException {
    return rig.measure(
        DirectSendLoad.class,
        false,
        "nameServer=" + rig.nameServer(),
        "topic=x-bench-send",
        "depth=256",
        "bytes=" + BODY_BYTES,
        "warmupSeconds=" + options.warmUpSeconds(),
        "seconds=" + options.sendSeconds());
  }

  private Measurement gatewaySend(int depth) throws IOException {
    return rig.measure(
        GatewaySendLoad.class,
        true,
        "port=" + rig.gatewayPort(),
        "topic=x-bench-send",
        "connections=" + CONNECTIONS,
        "depth=" + depth,
        "bytes=" + BODY_BYTES,
        "warmupSeconds=" + options.warmUpSeconds(),
        "seconds=" + options.sendSeconds());
  }

  private Measurement directPull(int repeat, int warmUp) throws IOException {
    return rig.measure(
        DirectPullLoad.class,
        false,
        "nameServer=" + rig.nameServer(),
        "topic=x-bench-receive",
        "group=bench-direct-" + repeat,
        "batch=32",
        "warmupMessages=" + warmUp,
        "messages=" + options.backlog());
  }

  private Measurement gatewayReceive(int repeat, int warmUp) throws IOException {
    return rig.measure(
        GatewayReceiveLoad.class,
        true,
        "port=" + rig.gatewayPort(),
        "topic=x-bench-receive",
        "group=bench-" + repeat,
        "connections=8",
        "batch=32",
        "warmupMessages=" + warmUp,
        "messages=" + options.backlog());
  }

  private void report() throws IOException {
    Report report = new Report(rows);
    System.out.println();
    System.out.print(report.text());
    Path json = options.json();
    if (json != null) {
      Files.writeString(json, report.json());
    }
  }

  private static void say(String line) {
    System.err.println(line);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
