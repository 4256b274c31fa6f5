package dev.headgate.server.thrift;

import dev.headgate.idl.gateway.CallContext;
import dev.headgate.server.auth.Caller;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection: its calls in flight, its back-pressure and its end.
 *
 * <p>It is read only while it has fewer calls in flight than allowed and its answers are taken.
 * Frames that were decoded before reading stopped wait in the flow control handler in front of
 * this.
 *
 * <p>Everything but {@link #answered} runs on the channel's event loop.
 */
final class ThriftConnection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(ThriftConnection.class);

  /** How long past its deadline a call waits for the core to answer it better than the edge can. */
  private static final long SLACK_NANOS = 50_000_000;

  private final Channel channel;
  private final Dispatcher dispatcher;
  private final Refusals refusals;
  private final ConnectionSweep sweep;
  private final ConnectionTimers timers;
  private final ReplyWriter replies;
  private final CallsInFlight calls = new CallsInFlight();
  private final int maxInFlight;

  private @Nullable Caller lastCaller;
  private boolean reading = true;
  private boolean finishing;
  private boolean refused;
  private boolean gone;

  ThriftConnection(
      Channel channel,
      ThriftEdgeConfig config,
      Dispatcher dispatcher,
      Refusals refusals,
      ConnectionSweep sweep,
      FrameDecoder decoder) {
    this.channel = channel;
    this.dispatcher = dispatcher;
    this.refusals = refusals;
    this.sweep = sweep;
    this.replies = new ReplyWriter(channel, this::replyWritten);
    this.timers = new ConnectionTimers(config.timeouts(), decoder);
    this.maxInFlight = config.limits().maxInFlightPerConnection();
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    sweep.add(this);
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws MisfitException {
    Frame frame = (Frame) message;
    if (gone || finishing || refused) {
      frame.release();
      return;
    }
    dispatcher.dispatch(this, frame);
    adjustReading();
  }

  /** A call begins. */
  void begin(Call call) {
    calls.add(call);
  }

  /** A call has its answer; from any thread. */
  void answered(Call call) {
    if (channel.eventLoop().inEventLoop()) {
      answeredOnLoop(call);
    } else {
      channel.eventLoop().execute(call);
    }
  }

  void answeredOnLoop(Call call) {
    if (gone) {
      call.abandon();
      return;
    }
    calls.answered(call, replies::add);
    replies.drain();
    adjustReading();
  }

  private void replyWritten() {
    adjustReading();
    if (finishing) {
      closeIfDone();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    replies.drain();
    adjustReading();
    ctx.fireChannelWritabilityChanged();
  }

  private void adjustReading() {
    boolean now = !finishing && calls.size() < maxInFlight && replies.taken();
    if (now == reading) {
      return;
    }
    reading = now;
    if (now) {
      // In a task of its own: reading again delivers waiting frames from within the call.
      channel.eventLoop().execute(() -> channel.config().setAutoRead(reading));
    } else {
      channel.config().setAutoRead(false);
      channel.flush();
    }
  }

  /** Who calls, by what the connection and the call say. */
  Caller caller(@Nullable CallContext context) {
    Caller last = lastCaller;
    String address = last == null ? address(channel.remoteAddress()) : last.address();
    String clientId =
        context == null || context.getClientId() == null ? address : context.getClientId();
    if (last == null || !last.clientId().equals(clientId)) {
      last = new Caller(clientId, address, "");
      lastCaller = last;
    }
    return last;
  }

  private static String address(@Nullable SocketAddress peer) {
    return peer instanceof InetSocketAddress inet
        ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
        : String.valueOf(peer);
  }

  /** Looks after deadlines and stalls. */
  void sweep(long nowNanos) {
    calls.forEach(
        call -> {
          if (nowNanos - call.deadlineNanos() > SLACK_NANOS) {
            call.expire();
          }
        });
    Misfit misfit = timers.check(reading, calls.size(), replies, nowNanos);
    if (misfit != null) {
      refuse(misfit);
    }
  }

  /** Takes no more calls, and closes once those in flight are answered. */
  void finish() {
    finishing = true;
    adjustReading();
    closeIfDone();
  }

  private void closeIfDone() {
    if (calls.size() == 0 && replies.allWritten()) {
      channel.close();
    }
  }

  private void refuse(Misfit misfit) {
    if (!gone && !refused) {
      refused = true;
      refusals.count(misfit, channel.remoteAddress());
      channel.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone = true;
    sweep.remove(this);
    calls.forEach(Call::abandon);
    replies.abandonAll();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof MisfitException known) {
      refuse(known.misfit());
      return;
    }
    if (!(cause instanceof IOException)) {
      LOG.error("closing the connection of {} after a defect", channel.remoteAddress(), cause);
    }
    channel.close();
  }
}
