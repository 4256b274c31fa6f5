/**
 * A thin Java client of the gateway: pooled connections, deadlines, retries that respect the
 * outcome, a producer, a consumer loop that renews its leases, and administration. Start at {@link
 * dev.headgate.client.HeadgateClient}.
 */
@NullMarked
package dev.headgate.client;

import org.jspecify.annotations.NullMarked;
