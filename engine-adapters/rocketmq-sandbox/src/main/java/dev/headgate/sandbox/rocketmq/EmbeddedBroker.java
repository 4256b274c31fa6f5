package dev.headgate.sandbox.rocketmq;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.auth.config.AuthConfig;
import org.apache.rocketmq.broker.BrokerController;
import org.apache.rocketmq.broker.BrokerPathConfigHelper;
import org.apache.rocketmq.broker.BrokerStartup;
import org.apache.rocketmq.broker.ConfigContext;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.common.BrokerConfig;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.apache.rocketmq.remoting.netty.NettyClientConfig;
import org.apache.rocketmq.remoting.netty.NettyServerConfig;
import org.apache.rocketmq.remoting.protocol.route.BrokerData;
import org.apache.rocketmq.store.DefaultMessageStore;
import org.apache.rocketmq.store.config.MessageStoreConfig;

/** RocketMQ's broker inside this JVM, on loopback. */
final class EmbeddedBroker implements AutoCloseable {
  private static final Duration DISK_CHECK = Duration.ofMillis(200);
  private static final long LEAST_FREE_BYTES = 256L * 1024 * 1024;

  private final BrokerController controller;
  private final ScheduledExecutorService chores =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "sandbox-chores");
            thread.setDaemon(true);
            return thread;
          });

  /** Starts it; it registers itself, perhaps only at the second try: see {@link #register}. */
  EmbeddedBroker(Path data, Properties settings) throws Exception {
    BrokerConfig broker = new BrokerConfig();
    broker.setRocketmqHome(data.toString());
    NettyServerConfig server = new NettyServerConfig();
    NettyClientConfig client = new NettyClientConfig();
    MessageStoreConfig store = new MessageStoreConfig();
    AuthConfig auth = new AuthConfig();
    for (Object part : new Object[] {broker, server, client, store, auth}) {
      MixAll.properties2Object(settings, part);
    }
    Path configFile = data.resolve("broker.properties");
    try (var out = Files.newOutputStream(configFile)) {
      settings.store(out, "Written at each start; changes here are lost. See --set.");
    }
    BrokerPathConfigHelper.setBrokerConfigPath(configFile.toString());
    controller =
        BrokerStartup.buildBrokerController(
            new ConfigContext.Builder()
                .configFilePath(configFile.toString())
                .properties(settings)
                .brokerConfig(broker)
                .messageStoreConfig(store)
                .nettyServerConfig(server)
                .nettyClientConfig(client)
                .authConfig(auth)
                .build());
    if (!controller.initialize()) {
      throw new IllegalStateException("the broker did not initialize");
    }
    controller.start();
    chores.scheduleWithFixedDelay(
        () -> keepWritable(data), 0, DISK_CHECK.toMillis(), TimeUnit.MILLISECONDS);
    long interval = controller.getBrokerConfig().getFlushConsumerOffsetInterval();
    chores.scheduleWithFixedDelay(this::writePositions, interval, interval, TimeUnit.MILLISECONDS);
  }

  /** Tells the name server of this broker and its topics. */
  void register() {
    controller.registerBrokerAll(true, false, true);
  }

  /** Whether the name server answers that it knows this broker at this address. */
  boolean isRegistered() throws InterruptedException {
    try {
      BrokerData registered =
          controller
              .getBrokerOuterAPI()
              .getBrokerClusterInfo()
              .getBrokerAddrTable()
              .get(controller.getBrokerConfig().getBrokerName());
      return registered != null
          && registered.getBrokerAddrs().containsValue(controller.getBrokerAddr());
    } catch (RemotingException | MQBrokerException e) {
      return false;
    }
  }

  /**
   * RocketMQ refuses writes once 90 % of a disk is used, and cannot be told otherwise. That is
   * every other laptop; here it is full when it is full.
   */
  private void keepWritable(Path data) {
    if (controller.getMessageStore() instanceof DefaultMessageStore store
        && data.toFile().getUsableSpace() > LEAST_FREE_BYTES) {
      store.getRunningFlags().getAndMakeDiskOK();
      store.getRunningFlags().getAndMakeLogicDiskOK();
    }
  }

  /**
   * RocketMQ writes positions for the first time ten seconds after its start, whatever the interval
   * says: a broker that is killed before has kept none of its life.
   */
  private void writePositions() {
    controller.getConsumerOffsetManager().persist();
  }

  /** Takes some 13 s: RocketMQ waits for each of its thread pools. */
  @Override
  public void close() {
    chores.shutdownNow();
    controller.shutdown();
  }
}
