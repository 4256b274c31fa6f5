package dev.headgate.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one lease.
 *
 * @param status what became of it
 * @param message why it is not DONE, for people; null: nothing said
 * @param leaseTime after {@code extend}: how long the lease now lasts; less than asked at the
 *     group's maximum
 */
public record SettleResult(
    SettleStatus status, @Nullable String message, @Nullable Duration leaseTime) {
  /** Whether the lease was settled or prolonged. */
  public boolean isDone() {
    return status == SettleStatus.DONE;
  }
}
