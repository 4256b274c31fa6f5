package dev.headgate.server.consume;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Meter;
import dev.headgate.server.metrics.GatewayMetrics;
import dev.headgate.server.time.Timer;

/**
 * What all subscriptions of a node share.
 *
 * @param incarnation names this run of the node in its leases
 */
record ConsumeContext(
    ConsumeConfig config,
    Timer timer,
    LeaseSigner signer,
    long incarnation,
    HeldBytes heldBytes,
    Meters meters) {

  /** The metrics of the delivery core, looked up once. */
  record Meters(
      Meter delivered,
      Meter acked,
      Meter nacked,
      Meter expired,
      Meter movedToRetryTopic,
      Meter deadLettered,
      Meter movedPartition,
      Meter movedTwice,
      Counter parked,
      Counter openLeases) {
    static Meters of(GatewayMetrics metrics) {
      return new Meters(
          metrics.delivered(),
          metrics.acked(),
          metrics.retried("nack"),
          metrics.retried("expired"),
          metrics.movedToRetryTopic(),
          metrics.deadLettered(),
          metrics.possibleDuplicates("partition-moved"),
          metrics.possibleDuplicates("retry-moved"),
          metrics.parkedReceives(),
          metrics.openLeases());
    }
  }
}
