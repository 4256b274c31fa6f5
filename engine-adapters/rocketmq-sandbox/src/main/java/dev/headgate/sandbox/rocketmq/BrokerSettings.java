package dev.headgate.sandbox.rocketmq;

import java.util.Properties;

/**
 * The broker's properties: loopback only, small files, timers, SQL filters, topics made on request
 * alone. What a measurement would notice (flush, pull sizes, threads) stays as RocketMQ ships it.
 */
final class BrokerSettings {
  private static final String LOOPBACK = "127.0.0.1";
  private static final long MIB = 1024 * 1024;

  private BrokerSettings() {}

  static Properties of(SandboxOptions options, SandboxPorts ports, String nameServer) {
    Properties settings = new Properties();
    network(settings, options, ports, nameServer);
    features(settings);
    files(settings, options);
    settings.putAll(options.overrides());
    return settings;
  }

  private static void network(
      Properties settings, SandboxOptions options, SandboxPorts ports, String nameServer) {
    put(settings, "brokerClusterName", "sandbox");
    put(settings, "brokerName", options.brokerName());
    put(settings, "brokerId", options.brokerId());
    put(settings, "brokerRole", options.brokerId() == 0 ? "ASYNC_MASTER" : "SLAVE");
    put(settings, "namesrvAddr", nameServer);
    put(settings, "bindAddress", LOOPBACK);
    put(settings, "brokerIP1", LOOPBACK);
    put(settings, "brokerIP2", LOOPBACK);
    put(settings, "listenPort", ports.broker());
    put(settings, "haListenPort", ports.replication());
  }

  private static void features(Properties settings) {
    put(settings, "autoCreateTopicEnable", false);
    put(settings, "enablePropertyFilter", true);
    put(settings, "recallMessageEnable", true);
    put(settings, "slaveReadEnable", true);
    put(settings, "timerWheelEnable", true);
    // The longest delay that the gateway promises by default, and a day.
    put(settings, "timerMaxDelaySec", 41 * 24 * 3600);
    // A busy laptop is not a broken broker: do not refuse a send that waited 200 ms for a core.
    put(settings, "waitTimeMillsInSendQueue", 2_000);
    put(settings, "osPageCacheBusyTimeOutMills", 5_000);
    put(settings, "flushConsumerOffsetInterval", 1_000);
  }

  private static void files(Properties settings, SandboxOptions options) {
    put(settings, "storePathRootDir", options.data().resolve("store"));
    put(settings, "storePathCommitLog", options.data().resolve("store/commitlog"));
    put(settings, "mappedFileSizeCommitLog", 64 * MIB);
    put(settings, "mappedFileSizeConsumeQueue", 60_000 * 20);
    put(settings, "mappedFileSizeTimerLog", 16 * MIB);
    put(settings, "maxHashSlotNum", 100_000);
    put(settings, "maxIndexNum", 400_000);
    // A nearly full disk neither deletes young messages nor stops the broker; see EmbeddedBroker.
    put(settings, "diskMaxUsedSpaceRatio", 95);
    put(settings, "cleanFileForciblyEnable", false);
  }

  private static void put(Properties settings, String name, Object value) {
    settings.setProperty(name, value.toString());
  }
}
