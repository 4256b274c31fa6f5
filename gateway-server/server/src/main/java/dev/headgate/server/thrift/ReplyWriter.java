package dev.headgate.server.thrift;

import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Objects;

/**
 * The answers of one connection on their way out. They are encoded only while the channel is
 * writable, so that a client that does not read costs one high-water mark and one answer, whatever
 * it has asked for; what the core has leased to it stays in the core's own budget until then. Event
 * loop only.
 */
final class ReplyWriter {
  private final Channel channel;
  private final Runnable onWritten;
  private final ArrayDeque<Call> waiting = new ArrayDeque<>(4);
  private final Runnable flush = this::flush;

  private long begun;
  private long written;
  private boolean draining;
  private boolean flushScheduled;

  ReplyWriter(Channel channel, Runnable onWritten) {
    this.channel = channel;
    this.onWritten = onWritten;
  }

  /** An answered call, next in order. */
  void add(Call call) {
    waiting.add(call);
  }

  /** Writes what the channel takes; flushes soon, together with what else is written until then. */
  void drain() {
    if (draining) {
      return; // called from within a flush below
    }
    draining = true;
    try {
      while (!waiting.isEmpty() && channel.isWritable()) {
        write(waiting.remove());
        if (!channel.isWritable()) {
          channel.flush();
        }
      }
    } finally {
      draining = false;
    }
    if (begun > written && !flushScheduled) {
      flushScheduled = true;
      channel.eventLoop().execute(flush);
    }
  }

  private void write(Call call) {
    begun++;
    channel
        .write(ReplyEncoder.encode(channel.alloc(), call, Objects.requireNonNull(call.reply())))
        .addListener(
            future -> {
              written++;
              if (!future.isSuccess()) {
                call.abandon();
              }
              onWritten.run();
            });
  }

  private void flush() {
    flushScheduled = false;
    channel.flush();
  }

  /** Whether the client takes its answers. */
  boolean taken() {
    return waiting.isEmpty() && channel.isWritable();
  }

  /** Whether nothing is on its way. */
  boolean allWritten() {
    return waiting.isEmpty() && begun == written;
  }

  /** How many answers have gone to the socket. */
  long written() {
    return written;
  }

  /** The client has gone. */
  void abandonAll() {
    waiting.forEach(Call::abandon);
    waiting.clear();
  }
}
