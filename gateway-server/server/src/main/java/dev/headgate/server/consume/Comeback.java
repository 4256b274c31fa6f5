package dev.headgate.server.consume;

import dev.headgate.server.routing.GroupPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What to do with a message that was nacked or whose lease has expired. */
sealed interface Comeback {
  /** Keep it, and lease it again after the delay. */
  record InPlace(Duration delay) implements Comeback {}

  /** Write it to the group's retry topic, due after the delay, and settle it here. */
  record ToRetryTopic(Duration delay) implements Comeback {}

  /** Write it to the group's dead-letter topic, and settle it here. */
  record ToDeadLetters() implements Comeback {}

  /**
   * The decision, by D12, D13, D17 and D19.
   *
   * @param attempts deliveries so far
   * @param asked the delay that the client asked for, or null for the group's back-off
   * @param heldFor since the message was first leased here
   */
  static Comeback decide(
      GroupPolicy policy,
      boolean ordered,
      Duration inPlaceDelay,
      int attempts,
      @Nullable Duration asked,
      Duration heldFor) {
    if (attempts >= policy.maxAttempts()) {
      return new ToDeadLetters();
    }
    Duration delay = asked == null ? policy.backoffAfter(attempts) : asked;
    if (ordered) {
      return new InPlace(delay);
    }
    boolean longDelay = delay.compareTo(inPlaceDelay) > 0;
    boolean stuck = heldFor.plus(delay).compareTo(policy.maxLease()) >= 0;
    return longDelay || stuck ? new ToRetryTopic(delay) : new InPlace(delay);
  }
}
