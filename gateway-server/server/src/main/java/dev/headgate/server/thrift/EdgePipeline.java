package dev.headgate.server.thrift;

import dev.headgate.server.metrics.GatewayMetrics;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.flow.FlowControlHandler;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Makes the pipeline of each connection. The order is the way of a request; TLS will be one more
 * handler at its head.
 */
final class EdgePipeline extends ChannelInitializer<Channel> {
  private final ThriftEdgeConfig config;
  private final Dispatcher dispatcher;
  private final RequestMemory memory;
  private final Refusals refusals;
  private final GatewayMetrics metrics;
  private final Map<EventLoop, ConnectionSweep> sweeps;
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();

  EdgePipeline(
      ThriftEdgeConfig config,
      Dispatcher dispatcher,
      RequestMemory memory,
      Refusals refusals,
      GatewayMetrics metrics,
      Map<EventLoop, ConnectionSweep> sweeps) {
    this.config = config;
    this.dispatcher = dispatcher;
    this.memory = memory;
    this.refusals = refusals;
    this.metrics = metrics;
    this.sweeps = Map.copyOf(sweeps);
  }

  /** Waits until the last connection is closed, but no longer than given. */
  void awaitNoConnections(Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    for (Channel channel : open) {
      var unused =
          channel
              .closeFuture()
              .awaitUninterruptibly(
                  Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
  }

  @Override
  protected void initChannel(Channel channel) {
    if (open.size() >= config.maxConnections()) {
      refusals.count(Misfit.TOO_MANY_CONNECTIONS, channel.remoteAddress());
      channel.close();
      return;
    }
    open.add(channel);
    metrics.openConnections().inc();
    channel
        .closeFuture()
        .addListener(
            closed -> {
              open.remove(channel);
              metrics.openConnections().dec();
            });

    FrameDecoder decoder = new FrameDecoder(config.limits(), memory);
    ConnectionSweep sweep = Objects.requireNonNull(sweeps.get(channel.eventLoop()));
    ChannelPipeline pipeline = channel.pipeline();
    // The TLS handler comes here, first; its handshake is bounded by timeouts.firstByte.
    pipeline.addLast("frames", decoder);
    pipeline.addLast("flow", new FlowControlHandler());
    pipeline.addLast(
        "calls", new ThriftConnection(channel, config, dispatcher, refusals, sweep, decoder));
  }
}
