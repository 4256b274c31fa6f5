package dev.headgate.engine.rocketmq;

import dev.headgate.engine.GroupName;
import dev.headgate.engine.TransactionFacet.CheckListener;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.body.ClusterInfo;
import org.apache.rocketmq.remoting.protocol.header.UnregisterClientRequestHeader;
import org.apache.rocketmq.remoting.protocol.heartbeat.HeartbeatData;
import org.apache.rocketmq.remoting.protocol.heartbeat.ProducerData;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The producer groups that can be asked through this engine, kept known to all brokers: a broker
 * asks over a connection that has sent a heartbeat for the group in the last two minutes, and then
 * closes it unless it is told that the group is gone. Thread-safe.
 */
final class ProducerGroups implements Remote.ConnectionListener {
  private static final Logger LOG = LoggerFactory.getLogger(ProducerGroups.class);
  private static final int DEFAULT_MAX_CHECKS = 15;

  private final Remote remote;
  private final RouteCache routes;
  private final BrokerCalls calls;
  private final String member;
  private final Duration interval;
  private final Map<GroupName, CheckListener> listeners = new ConcurrentHashMap<>();
  private final Map<String, Integer> maxChecks = new ConcurrentHashMap<>();
  private volatile Set<String> brokers = Set.of();

  ProducerGroups(
      Remote remote, RouteCache routes, BrokerCalls calls, String member, Duration interval) {
    this.remote = remote;
    this.routes = routes;
    this.calls = calls;
    this.member = member;
    this.interval = interval;
    remote.addListener(this);
    remote.schedule(interval, this::tick);
  }

  /** Makes the group known, at once; until it is closed the listener can be told of checks. */
  AutoCloseable add(GroupName group, CheckListener listener) {
    if (listeners.putIfAbsent(group, listener) != null) {
      throw new IllegalStateException("producer group '" + group + "' has a listener already");
    }
    remote.execute(this::beat);
    return () -> {
      if (listeners.remove(group, listener)) {
        brokers.forEach(address -> leave(address, group));
      }
    };
  }

  @Nullable CheckListener listener(GroupName group) {
    return listeners.get(group);
  }

  /** How often the broker asks before it rolls back. */
  int maxChecks(String address) {
    return maxChecks.getOrDefault(address, DEFAULT_MAX_CHECKS);
  }

  private void tick() {
    if (!remote.isClosed()) {
      remote.schedule(interval, this::tick);
      remote.execute(this::beat);
    }
  }

  private void beat() {
    if (listeners.isEmpty()) {
      return;
    }
    routes
        .cluster()
        .whenComplete(
            (cluster, failure) -> {
              if (failure == null) {
                brokers = masters(cluster);
              }
              brokers.forEach(this::beat);
            });
  }

  private static Set<String> masters(ClusterInfo cluster) {
    Set<String> masters = new HashSet<>();
    if (cluster.getBrokerAddrTable() != null) {
      cluster
          .getBrokerAddrTable()
          .values()
          .forEach(
              broker -> {
                String address = broker.getBrokerAddrs().get(MixAll.MASTER_ID);
                if (address != null) {
                  masters.add(address);
                }
              });
    }
    return masters;
  }

  private void beat(String address) {
    HeartbeatData heartbeat = new HeartbeatData();
    heartbeat.setClientID(member);
    for (GroupName group : listeners.keySet()) {
      ProducerData producer = new ProducerData();
      producer.setGroupName(group.value());
      heartbeat.getProducerDataSet().add(producer);
    }
    if (heartbeat.getProducerDataSet().isEmpty()) {
      return;
    }
    if (!maxChecks.containsKey(address)) {
      askMaxChecks(address);
    }
    calls
        .call(address, RequestCode.HEART_BEAT, null, heartbeat.encode())
        .thenAccept(response -> BrokerCalls.checked("heartbeat", response))
        .whenComplete((done, failure) -> complain(address, failure));
  }

  private void askMaxChecks(String address) {
    calls
        .call(address, RequestCode.GET_BROKER_CONFIG, null, null)
        .thenAccept(response -> maxChecks.put(address, maxChecks(response)))
        .whenComplete((done, failure) -> complain(address, failure));
  }

  private static int maxChecks(RemotingCommand response) {
    byte[] body = response.getBody();
    if (!BrokerAnswer.isSuccess(response) || body == null) {
      return DEFAULT_MAX_CHECKS;
    }
    Properties settings = MixAll.string2Properties(new String(body, StandardCharsets.UTF_8));
    String value = settings == null ? null : settings.getProperty("transactionCheckMax");
    try {
      return value == null ? DEFAULT_MAX_CHECKS : Integer.parseInt(value);
    } catch (NumberFormatException e) {
      return DEFAULT_MAX_CHECKS;
    }
  }

  private void leave(String address, GroupName group) {
    UnregisterClientRequestHeader header = new UnregisterClientRequestHeader();
    header.setClientID(member);
    header.setProducerGroup(group.value());
    CompletableFuture<Void> left =
        calls
            .call(address, RequestCode.UNREGISTER_CLIENT, header, null)
            .thenAccept(response -> BrokerCalls.checked("leaving of " + group, response));
    left.whenComplete((done, failure) -> complain(address, failure));
  }

  private static void complain(String address, @Nullable Throwable failure) {
    if (failure != null) {
      LOG.debug("producer groups at {}: {}", address, BrokerAnswer.unwrap(failure).getMessage());
    }
  }

  @Override
  public void connected(String address) {
    // A broker that was away has forgotten the groups, and may have other settings.
    maxChecks.remove(address);
    if (brokers.contains(address)) {
      beat(address);
    }
  }

  @Override
  public void disconnected(String address) {
    if (brokers.contains(address)) {
      remote.execute(() -> beat(address));
    }
  }
}
