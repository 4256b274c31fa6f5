package dev.headgate.server.thrift;

import java.time.Duration;

/** The bounds of calls that park until there is something to answer. */
final class LongPoll {
  private static final long MAX_WAIT_MILLIS = 60_000;

  /** A long poll answers so long before the call's deadline, or at half of a shorter one. */
  private static final Duration ANSWER_EARLY = Duration.ofMillis(100);

  /** What leases, names and numbers may add to the bodies of an answer. */
  private static final int ANSWER_OVERHEAD_BYTES = 2 << 20;

  private LongPoll() {}

  /** How long to park: as asked, and short of the call's deadline. */
  static Duration wait(Call call, long waitMillis) {
    Arguments.within("waitMillis", waitMillis, 0, MAX_WAIT_MILLIS);
    long remaining = Math.max(0, call.remainingNanos());
    long early = Math.min(ANSWER_EARLY.toNanos(), remaining / 2);
    Duration most = Duration.ofNanos(remaining - early);
    Duration asked = Duration.ofMillis(waitMillis);
    return asked.compareTo(most) < 0 ? asked : most;
  }

  /** The bodies, keys and headers that fit into the answer's frame. */
  static int maxBytes(int maxFrameBytes) {
    return Math.max(maxFrameBytes / 2, maxFrameBytes - ANSWER_OVERHEAD_BYTES);
  }
}
