package dev.headgate.engine.rocketmq;

import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.TopicAdmin.TopicSettings;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.TopicFilterType;
import org.apache.rocketmq.common.constant.PermName;
import org.apache.rocketmq.remoting.protocol.RemotingSerializable;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.apache.rocketmq.remoting.protocol.body.ClusterInfo;
import org.apache.rocketmq.remoting.protocol.header.CreateTopicRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.DeleteTopicRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetTopicConfigRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.DeleteTopicFromNamesrvRequestHeader;
import org.jspecify.annotations.Nullable;

/** Makes, grows and deletes topics, on all brokers that are up. */
final class TopicMaker {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String TYPE = "message.type";
  private static final int READ_AND_WRITE = PermName.PERM_READ | PermName.PERM_WRITE;

  private final Remote remote;
  private final RouteCache routes;
  private final BrokerCalls calls;
  private final RocketMqSettings settings;

  TopicMaker(Remote remote, RouteCache routes, BrokerCalls calls, RocketMqSettings settings) {
    this.remote = remote;
    this.routes = routes;
    this.calls = calls;
    this.settings = settings;
  }

  CompletableFuture<Void> ensure(TopicName topic, TopicSettings wanted) {
    return routes
        .cluster()
        .thenCompose(cluster -> configs(topic, masters(cluster)))
        .thenCompose(configs -> ensure(topic, wanted, configs));
  }

  CompletableFuture<Void> delete(TopicName topic) {
    DeleteTopicRequestHeader atBroker = new DeleteTopicRequestHeader();
    atBroker.setTopic(topic.value());
    DeleteTopicFromNamesrvRequestHeader atNameServer = new DeleteTopicFromNamesrvRequestHeader();
    atNameServer.setTopic(topic.value());
    return routes
        .cluster()
        .thenCompose(
            cluster ->
                calls.each(masters(cluster).values(), RequestCode.DELETE_TOPIC_IN_BROKER, atBroker))
        .thenCompose(
            done ->
                calls.each(
                    settings.nameServers(), RequestCode.DELETE_TOPIC_IN_NAMESRV, atNameServer))
        .whenComplete((done, failure) -> routes.forget(topic));
  }

  /** The topic's configuration at a broker; null where it has none. */
  CompletableFuture<@Nullable TopicConfig> config(TopicName topic, String address) {
    GetTopicConfigRequestHeader header = new GetTopicConfigRequestHeader();
    header.setTopic(topic.value());
    return calls
        .call(address, RequestCode.GET_TOPIC_CONFIG, header, null)
        .thenApply(
            response ->
                response.getCode() == ResponseCode.TOPIC_NOT_EXIST
                    ? null
                    : RemotingSerializable.decode(
                        BrokerCalls.checked("topic '" + topic + "'", response).getBody(),
                        TopicConfig.class));
  }

  /** Address of the master by broker name. */
  static Map<String, String> masters(ClusterInfo cluster) {
    Map<String, String> masters = new TreeMap<>();
    if (cluster.getBrokerAddrTable() != null) {
      cluster
          .getBrokerAddrTable()
          .forEach(
              (name, broker) -> {
                String address = broker.getBrokerAddrs().get(MixAll.MASTER_ID);
                if (address != null) {
                  masters.put(name, address);
                }
              });
    }
    if (masters.isEmpty()) {
      throw new EngineException(Kind.UNAVAILABLE, "no broker of the cluster is up");
    }
    return masters;
  }

  private CompletableFuture<Map<String, @Nullable TopicConfig>> configs(
      TopicName topic, Map<String, String> masters) {
    Map<String, CompletableFuture<@Nullable TopicConfig>> asked = new HashMap<>();
    masters.values().forEach(address -> asked.put(address, config(topic, address)));
    return CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
        .thenApply(
            done -> {
              Map<String, @Nullable TopicConfig> configs = new TreeMap<>();
              asked.forEach((address, config) -> configs.put(address, config.join()));
              return configs;
            });
  }

  private CompletableFuture<Void> ensure(
      TopicName topic, TopicSettings wanted, Map<String, @Nullable TopicConfig> configs) {
    boolean isNew = configs.values().stream().allMatch(config -> config == null);
    int partitions =
        wanted.partitions() > 0 || !isNew ? wanted.partitions() : settings.defaultPartitions();
    int perBroker = (partitions + configs.size() - 1) / configs.size();
    List<CompletableFuture<?>> changes = new ArrayList<>();
    int expected = 0;
    for (Map.Entry<String, @Nullable TopicConfig> at : configs.entrySet()) {
      TopicConfig config = at.getValue();
      int now =
          config == null ? 0 : Math.min(config.getReadQueueNums(), config.getWriteQueueNums());
      int then = Math.max(now, perBroker);
      expected += then;
      if (then > now || (config != null && config.getPerm() != READ_AND_WRITE)) {
        changes.add(change(topic, at.getKey(), then, config == null ? attributes(wanted) : ""));
      }
    }
    int expectedQueues = expected;
    return CompletableFuture.allOf(changes.toArray(CompletableFuture[]::new))
        .thenCompose(
            done -> {
              CompletableFuture<Void> usable = new CompletableFuture<>();
              awaitRoute(topic, expectedQueues, System.nanoTime() + PATIENCE.toNanos(), usable);
              return usable;
            });
  }

  private CompletableFuture<Void> change(
      TopicName topic, String address, int queues, String attributes) {
    CreateTopicRequestHeader header = new CreateTopicRequestHeader();
    header.setTopic(topic.value());
    header.setDefaultTopic("TBW102");
    header.setReadQueueNums(queues);
    header.setWriteQueueNums(queues);
    header.setPerm(READ_AND_WRITE);
    header.setTopicFilterType(TopicFilterType.SINGLE_TAG.name());
    header.setTopicSysFlag(0);
    header.setOrder(false);
    header.setAttributes(attributes);
    return calls
        .call(address, RequestCode.UPDATE_AND_CREATE_TOPIC, header, null)
        .thenAccept(response -> BrokerCalls.checked("topic '" + topic + "'", response));
  }

  private static String attributes(TopicSettings wanted) {
    Map<String, String> attributes = new TreeMap<>(wanted.attributes());
    if (wanted.ordered()) {
      attributes.putIfAbsent(TYPE, "FIFO");
    }
    return attributes.entrySet().stream()
        .map(attribute -> "+" + attribute.getKey() + "=" + attribute.getValue())
        .collect(Collectors.joining(","));
  }

  /** Brokers tell the name servers of a new topic by themselves, a moment later. */
  private void awaitRoute(
      TopicName topic, int queues, long deadlineNanos, CompletableFuture<Void> usable) {
    routes
        .lookUp(topic)
        .whenComplete(
            (route, failure) -> {
              if (failure == null
                  && route.readable().size() >= queues
                  && route.writable().size() >= queues) {
                usable.complete(null);
              } else if (System.nanoTime() - deadlineNanos > 0) {
                usable.completeExceptionally(
                    new EngineException(
                        Kind.UNAVAILABLE,
                        "topic '%s' was made, but is not at the name server yet".formatted(topic)));
              } else {
                remote.schedule(LOOK_AGAIN, () -> awaitRoute(topic, queues, deadlineNanos, usable));
              }
            });
  }
}
