package dev.headgate.server.thrift;

/** How long something that should move has stood still. */
final class Stall {
  private final long limitNanos;
  private long progress = -1;
  private long sinceNanos;

  Stall(long limitNanos) {
    this.limitNanos = limitNanos;
  }

  /**
   * Whether it has stood still for longer than the limit.
   *
   * @param pending whether it should move at all
   * @param newProgress a number that changes as it moves
   */
  boolean tooLong(boolean pending, long newProgress, long nowNanos) {
    if (!pending || newProgress != progress) {
      progress = newProgress;
      sinceNanos = nowNanos;
      return false;
    }
    return nowNanos - sinceNanos > limitNanos;
  }
}
