package dev.headgate.server.thrift;

import dev.headgate.server.metrics.GatewayMetrics;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The Thrift port of a node: Produce, Consume and Admin over framed binary or compact Thrift.
 *
 * <p>Requests are decoded, dispatched and answered on event loops, which never block; the core may
 * answer on any thread. Started once, closed once; both may be called from any thread but an event
 * loop.
 */
public final class ThriftEdge implements AutoCloseable {
  private final ThriftEdgeConfig config;
  private final Map<EventLoop, ConnectionSweep> sweeps = new HashMap<>();
  private final EventLoopGroup loops;
  private final EdgePipeline pipeline;
  private @Nullable Channel server;

  /** With the system's clock. */
  public ThriftEdge(
      ThriftEdgeConfig config, ThriftServices services, NodeIdentity node, GatewayMetrics metrics) {
    this(config, services, node, metrics, Clock.systemUTC());
  }

  /** With a clock of the caller's, for delays relative to now. */
  public ThriftEdge(
      ThriftEdgeConfig config,
      ThriftServices services,
      NodeIdentity node,
      GatewayMetrics metrics,
      Clock clock) {
    this.config = config;
    this.loops = EdgeTransport.eventLoops(config.eventLoopThreads());
    for (EventExecutor loop : loops) {
      sweeps.put((EventLoop) loop, new ConnectionSweep((EventLoop) loop));
    }
    RequestMemory memory = new RequestMemory(config.limits().maxRequestBytes());
    metrics.requestBytes(memory::held, memory.limit());
    int maxFrameBytes = config.limits().maxFrameBytes();
    MethodTable methods =
        new MethodTable(
            call ->
                new ProduceHandler(
                    call, node, services.produce(), services.transactions(), clock, maxFrameBytes),
            call -> new ConsumeHandler(call, node, services.consume(), maxFrameBytes),
            call -> new AdminHandler(call, services.admin(), services.letters(), clock));
    this.pipeline =
        new EdgePipeline(
            config,
            new Dispatcher(methods, new Failures(metrics), config.limits()),
            memory,
            new Refusals(metrics),
            metrics,
            sweeps);
  }

  /** Binds the port; returns the address, with the real port where 0 was configured. */
  public synchronized InetSocketAddress start() throws IOException {
    if (server != null) {
      throw new IllegalStateException("started already");
    }
    var bound =
        EdgeTransport.bootstrap(loops, config.limits())
            .childHandler(pipeline)
            .bind(config.host(), config.port())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen at " + config.host() + ":" + config.port(), bound.cause());
    }
    server = bound.channel();
    sweeps.values().forEach(ConnectionSweep::start);
    return (InetSocketAddress) server.localAddress();
  }

  /**
   * Stops accepting, takes no more requests, waits up to the configured grace for the calls in
   * flight to be answered and their answers to be written, and closes. Repeating it is harmless.
   */
  @Override
  public synchronized void close() {
    if (loops.isShuttingDown()) {
      return;
    }
    if (server != null) {
      server.close().awaitUninterruptibly();
    }
    sweeps.values().forEach(ConnectionSweep::finishAll);
    pipeline.awaitNoConnections(config.timeouts().closeGrace());
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
