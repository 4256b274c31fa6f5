package dev.headgate.server.consume;

import dev.headgate.server.metrics.GatewayMetrics;
import dev.headgate.server.time.Timer;
import dev.headgate.server.trace.MessageTrace;

/**
 * What all subscriptions of a node share.
 *
 * @param incarnation names this run of the node in its leases
 * @param serials numbers them
 */
record ConsumeContext(
    ConsumeConfig config,
    Timer timer,
    LeaseSigner signer,
    long incarnation,
    LeaseSerials serials,
    HeldBytes heldBytes,
    GatewayMetrics metrics,
    MessageTrace trace) {}
