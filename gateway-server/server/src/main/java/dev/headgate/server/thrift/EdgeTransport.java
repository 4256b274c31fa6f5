package dev.headgate.server.thrift;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/** How bytes move: epoll where the system has it, NIO elsewhere, and the socket options of both. */
final class EdgeTransport {
  private static final int BACKLOG = 1024;
  private static final int KEEPALIVE_SECONDS = 30;
  private static final int KEEPALIVE_INTERVAL_SECONDS = 10;
  private static final int KEEPALIVE_PROBES = 3;
  private static final int USER_TIMEOUT_MILLIS = 60_000;

  private EdgeTransport() {}

  /** Event loops; the caller shuts them down. */
  static EventLoopGroup eventLoops(int threads) {
    int count = threads == 0 ? Math.max(2, Runtime.getRuntime().availableProcessors()) : threads;
    IoHandlerFactory io =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("thrift-edge"), io);
  }

  /** A bootstrap with channel and options set. */
  static ServerBootstrap bootstrap(EventLoopGroup loops, ThriftEdgeConfig.Limits limits) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(
                    limits.writeLowWaterBytes(), limits.writeHighWaterBytes()));
    if (!Epoll.isAvailable()) {
      return bootstrap.channel(NioServerSocketChannel.class);
    }
    // A peer that vanished without a word is noticed within a minute, parked poll or not.
    return bootstrap
        .channel(EpollServerSocketChannel.class)
        .childOption(EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_SECONDS)
        .childOption(EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_INTERVAL_SECONDS)
        .childOption(EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_PROBES)
        .childOption(EpollChannelOption.TCP_USER_TIMEOUT, USER_TIMEOUT_MILLIS);
  }
}
