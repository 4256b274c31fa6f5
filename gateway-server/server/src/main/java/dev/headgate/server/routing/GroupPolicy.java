package dev.headgate.server.routing;

import dev.headgate.engine.ReaderSpec.InitialPosition;
import java.time.Duration;

/**
 * The rules of a consumer group.
 *
 * @param lease how long a delivery may be held without {@code extend}
 * @param maxLease how long it may be held with it (D14); also how long one message may hold back
 *     the others (D17)
 * @param maxAttempts after so many deliveries a message is dead (D13)
 * @param backoffInitial the delay before attempt 2
 * @param backoffMax the longest delay; it doubles from one attempt to the next
 * @param initial where a new group begins
 * @param prefetchBytes bodies held for one subscription of the group, waiting or leased (D22)
 */
public record GroupPolicy(
    Duration lease,
    Duration maxLease,
    int maxAttempts,
    Duration backoffInitial,
    Duration backoffMax,
    InitialPosition initial,
    long prefetchBytes) {
  /** What a group gets that the configuration does not name. */
  public static final GroupPolicy DEFAULT =
      new GroupPolicy(
          Duration.ofSeconds(30),
          Duration.ofMinutes(15),
          16,
          Duration.ofSeconds(1),
          Duration.ofMinutes(5),
          InitialPosition.EARLIEST,
          64L << 20);

  /** Refuses rules that contradict themselves. */
  public GroupPolicy {
    require(!lease.isNegative() && !lease.isZero(), "lease", lease, "> 0");
    require(maxLease.compareTo(lease) >= 0, "maxLease", maxLease, "at least lease, " + lease);
    require(maxAttempts >= 1, "maxAttempts", maxAttempts, ">= 1");
    require(!backoffInitial.isNegative(), "backoffInitial", backoffInitial, ">= 0");
    require(
        backoffMax.compareTo(backoffInitial) >= 0,
        "backoffMax",
        backoffMax,
        "at least backoffInitial, " + backoffInitial);
    require(prefetchBytes >= 64 << 10, "prefetchBytes", prefetchBytes, ">= 65536");
  }

  /**
   * The delay before the attempt that follows {@code attempt}: doubles from attempt to attempt, up
   * to the maximum.
   */
  public Duration backoffAfter(int attempt) {
    int doublings = Math.min(Math.max(attempt - 1, 0), 30);
    long millis = backoffInitial.toMillis();
    long max = backoffMax.toMillis();
    return Duration.ofMillis(millis > (max >> doublings) ? max : millis << doublings);
  }

  private static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
    }
  }
}
