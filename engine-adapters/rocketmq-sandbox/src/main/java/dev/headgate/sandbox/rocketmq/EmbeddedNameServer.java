package dev.headgate.sandbox.rocketmq;

import java.nio.file.Path;
import org.apache.rocketmq.common.namesrv.NamesrvConfig;
import org.apache.rocketmq.namesrv.NamesrvController;
import org.apache.rocketmq.remoting.netty.NettyServerConfig;

/** RocketMQ's name server inside this JVM, on loopback. */
final class EmbeddedNameServer implements AutoCloseable {
  private final NamesrvController controller;

  /** Starts it. */
  EmbeddedNameServer(Path data, int port) throws Exception {
    NamesrvConfig config = new NamesrvConfig();
    config.setRocketmqHome(data.toString());
    config.setKvConfigPath(data.resolve("namesrv/kvConfig.json").toString());
    config.setConfigStorePath(data.resolve("namesrv/namesrv.properties").toString());
    NettyServerConfig network = new NettyServerConfig();
    network.setBindAddress("127.0.0.1");
    network.setListenPort(port);
    controller = new NamesrvController(config, network);
    if (!controller.initialize()) {
      throw new IllegalStateException("the name server did not initialize");
    }
    controller.start();
  }

  /** Takes a few seconds. */
  @Override
  public void close() {
    controller.shutdown();
  }
}
