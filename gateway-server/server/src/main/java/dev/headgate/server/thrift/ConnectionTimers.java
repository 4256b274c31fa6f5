package dev.headgate.server.thrift;

import org.jspecify.annotations.Nullable;

/** The time limits of one connection. Event loop only. */
final class ConnectionTimers {
  private final FrameDecoder decoder;
  private final Stall firstByte;
  private final Stall frame;
  private final Stall writes;
  private final Stall idle;

  ConnectionTimers(ThriftEdgeConfig.Timeouts timeouts, FrameDecoder decoder) {
    this.decoder = decoder;
    this.firstByte = new Stall(timeouts.firstByte().toNanos());
    this.frame = new Stall(timeouts.partialFrame().toNanos());
    this.writes = new Stall(timeouts.slowReader().toNanos());
    this.idle = new Stall(timeouts.idle().toNanos());
  }

  /** Why the connection is to be closed now; null to go on. */
  @Nullable Misfit check(boolean reading, int callsInFlight, ReplyWriter replies, long nowNanos) {
    long begun = decoder.framesBegun();
    if (firstByte.tooLong(begun == 0, 0, nowNanos)) {
      return Misfit.NO_FIRST_BYTE;
    }
    // While we do not read, the client cannot go on: that is not its fault.
    if (frame.tooLong(decoder.inFrame() && reading, begun, nowNanos)) {
      return Misfit.PARTIAL_FRAME;
    }
    if (writes.tooLong(!replies.allWritten(), replies.written(), nowNanos)) {
      return Misfit.SLOW_READER;
    }
    boolean quiet = callsInFlight == 0 && replies.allWritten() && !decoder.inFrame();
    return idle.tooLong(quiet && begun > 0, begun, nowNanos) ? Misfit.IDLE : null;
  }
}
