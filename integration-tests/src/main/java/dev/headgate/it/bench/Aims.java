package dev.headgate.it.bench;

import dev.headgate.it.bench.Aim.Bound;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** All aims that this program can check, from the results of one run. */
final class Aims {
  private static final String P50 = "p50Millis";
  private static final String P99 = "p99Millis";

  /** 100,000 a second where direct pull does 280,000. */
  private static final double CONSUME_RATIO = 100.0 / 280;

  private static final int LEAST_SECONDS = 60;
  private static final int LEAST_SIZE = 1_000;

  private Aims() {}

  static List<Aim> all() {
    return List.of(
        atLeast("P1", "sends, × direct", 1.2, rates(Sends.GATEWAY, Sends.DIRECT)),
        atLeast("P1", "sends, × gRPC proxy", 3.5, rates(Sends.GATEWAY, Sends.GRPC)),
        atMost(
            "P2", "sync send, p50 over direct, ms", 0.15, added(P50, Syncs.GATEWAY, Syncs.DIRECT)),
        atMost(
            "P2", "sync send, p99 over direct, ms", 0.5, added(P99, Syncs.GATEWAY, Syncs.DIRECT)),
        atMost(
            "P2", "sync send, p50 over gRPC proxy, ms", 0, added(P50, Syncs.GATEWAY, Syncs.GRPC)),
        atLeast("P3", "batches of 32, × direct", 0.8, rates(Batches.GATEWAY, Batches.DIRECT)),
        atLeast("P4", "backlog, × direct", CONSUME_RATIO, rates(Backlogs.GATEWAY, Backlogs.DIRECT)),
        atLeast("P4", "backlog, × gRPC proxy", 10, rates(Backlogs.GATEWAY, Backlogs.GRPC)),
        atMost("P5", "end to end, p50 over direct, ms", 0.4, added(P50, Ends.GATEWAY, Ends.DIRECT)),
        atMost("P6", "CPU of a send, × gRPC proxy", 0.5, cpu(Sends.GATEWAY, Sends.GRPC)),
        atMost("P6", "CPU of a receive, × gRPC proxy", 0.5, cpu(Backlogs.GATEWAY, Backlogs.GRPC)),
        atMost(
            "P7",
            "memory of a connection, KiB",
            10,
            slope(GrowingConnections.NAME, GrowingConnections.MEMORY, 1024)),
        atMost(
            "P7",
            "threads of a connection",
            0.01,
            slope(GrowingConnections.NAME, GrowingConnections.THREADS, 1)),
        atMost(
            "P7",
            "send p50 with all connections, × with one",
            1.2,
            growth(GrowingConnections.NAME, GrowingConnections.SEND_P50)),
        atMost(
            "P8",
            "CPU of a message with all topics, × with few",
            1.2,
            growth(GrowingSubscriptions.NAME, GrowingSubscriptions.COST)),
        atMost(
            "P8",
            "memory of a subscription, KiB",
            30,
            slope(GrowingSubscriptions.NAME, GrowingSubscriptions.MEMORY, 1024)),
        atMost(
            "P9",
            "broker connections with all clients, × with one",
            1,
            growth(GrowingConnections.NAME, GrowingConnections.BROKER_CONNECTIONS)),
        atMost("P10", "memory late in the run, × early", 1.1, Aims::lateMemory),
        atMost(
            "P12",
            "seconds from start to ready",
            2,
            results ->
                results
                    .find(StartToReady.TITLE, StartToReady.GATEWAY)
                    .map(row -> row.medianFigure(StartToReady.SECONDS))));
  }

  /** A contender of a workload. */
  private record Way(String workload, String contender) {
    Optional<Row> in(Results results) {
      return results.find(workload, contender);
    }
  }

  private static final class Sends {
    static final Way DIRECT = new Way(SendSaturated.TITLE, SendSaturated.DIRECT);
    static final Way GATEWAY = new Way(SendSaturated.TITLE, SendSaturated.GATEWAY);
    static final Way GRPC = new Way(SendSaturated.TITLE, SendSaturated.GRPC);
  }

  private static final class Syncs {
    static final Way DIRECT = new Way(SendOneByOne.TITLE, SendOneByOne.DIRECT);
    static final Way GATEWAY = new Way(SendOneByOne.TITLE, SendOneByOne.GATEWAY);
    static final Way GRPC = new Way(SendOneByOne.TITLE, SendOneByOne.GRPC);
  }

  private static final class Batches {
    static final Way DIRECT = new Way(SendBatch.TITLE, SendBatch.DIRECT);
    static final Way GATEWAY = new Way(SendBatch.TITLE, SendBatch.GATEWAY);
  }

  private static final class Backlogs {
    static final Way DIRECT = new Way(ReceiveBacklog.TITLE, ReceiveBacklog.DIRECT);
    static final Way GATEWAY = new Way(ReceiveBacklog.TITLE, ReceiveBacklog.GATEWAY);
    static final Way GRPC = new Way(ReceiveBacklog.TITLE, ReceiveBacklog.GRPC);
  }

  private static final class Ends {
    static final Way DIRECT = new Way(EndToEndAtRate.TITLE, EndToEndAtRate.DIRECT);
    static final Way GATEWAY = new Way(EndToEndAtRate.TITLE, EndToEndAtRate.GATEWAY);
  }

  private static Aim atLeast(
      String number, String what, double limit, Function<Results, Optional<Double>> seen) {
    return new Aim(number, what, Bound.AT_LEAST, limit, seen);
  }

  private static Aim atMost(
      String number, String what, double limit, Function<Results, Optional<Double>> seen) {
    return new Aim(number, what, Bound.AT_MOST, limit, seen);
  }

  private static Function<Results, Optional<Double>> rates(Way one, Way other) {
    return both(one, Row::medianRate, other, Row::medianRate, (a, b) -> a / b);
  }

  private static Function<Results, Optional<Double>> added(String figure, Way one, Way other) {
    ToDoubleFunction<Row> value = row -> row.medianFigure(figure);
    return both(one, value, other, value, (a, b) -> a - b);
  }

  private static Function<Results, Optional<Double>> cpu(Way gateway, Way proxy) {
    return both(
        gateway,
        row -> row.medianCpuPer100k("gateway"),
        proxy,
        row -> row.medianCpuPer100k("proxy"),
        (a, b) -> a / b);
  }

  private static Function<Results, Optional<Double>> both(
      Way one,
      ToDoubleFunction<Row> oneValue,
      Way other,
      ToDoubleFunction<Row> otherValue,
      java.util.function.DoubleBinaryOperator combine) {
    return results ->
        one.in(results)
            .flatMap(
                a ->
                    other
                        .in(results)
                        .map(
                            b ->
                                combine.applyAsDouble(
                                    oneValue.applyAsDouble(a), otherValue.applyAsDouble(b))));
  }

  private static Function<Results, Optional<Double>> slope(
      String curve, String value, double factor) {
    return results ->
        results
            .curve(curve)
            // Between small sizes the noise is larger than what is measured.
            .filter(found -> found.largest() >= LEAST_SIZE)
            .flatMap(found -> found.slope(value))
            .map(slope -> slope * factor);
  }

  /** The value at the last point, in terms of that at the first. */
  private static Function<Results, Optional<Double>> growth(String curve, String value) {
    return results ->
        results
            .curve(curve)
            .filter(found -> found.points().size() > 1)
            .map(Curve::points)
            .map(
                points ->
                    points.get(points.size() - 1).values().getOrDefault(value, Double.NaN)
                        / points.get(0).values().getOrDefault(value, Double.NaN));
  }

  /** The most in the second half of the run, in terms of the most in the first. */
  private static Optional<Double> lateMemory(Results results) {
    return results
        .curve(SlowConsumer.NAME)
        // A shorter run ends while the gateway still fills its budget.
        .filter(curve -> curve.largest() >= LEAST_SECONDS)
        .map(Curve::points)
        .map(
            points -> {
              int middle = points.size() / 2;
              return most(points.subList(middle, points.size())) / most(points.subList(0, middle));
            });
  }

  private static double most(List<Curve.Point> points) {
    return points.stream()
        .mapToDouble(point -> point.values().getOrDefault(SlowConsumer.MEMORY, Double.NaN))
        .max()
        .orElse(Double.NaN);
  }
}
