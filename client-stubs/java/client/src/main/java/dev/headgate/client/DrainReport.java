package dev.headgate.client;

import java.time.Duration;

/**
 * How a drain ended.
 *
 * @param openLeases leases that were still open when the grace time had passed; they are delivered
 *     again
 * @param took how long it took
 */
public record DrainReport(int openLeases, Duration took) {}
