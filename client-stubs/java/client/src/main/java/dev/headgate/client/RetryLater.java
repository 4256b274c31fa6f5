package dev.headgate.client;

import java.time.Duration;

/** Thrown by a handler to have the message delivered again after a delay of its choice. */
public final class RetryLater extends Exception {
  private static final long serialVersionUID = 1L;

  private final Duration delay;

  /**
   * A request for another delivery.
   *
   * @param delay zero (at once) to 40 days
   * @param reason kept with the dead letter; cut at 1 KiB
   */
  public RetryLater(Duration delay, String reason) {
    super(reason);
    this.delay = delay;
  }

  /** When to deliver again, counted from now. */
  public Duration delay() {
    return delay;
  }
}
