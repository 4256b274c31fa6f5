package dev.headgate.engine.rocketmq;

import dev.headgate.engine.TopicName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.common.constant.PermName;
import org.apache.rocketmq.remoting.protocol.route.BrokerData;
import org.apache.rocketmq.remoting.protocol.route.QueueData;
import org.apache.rocketmq.remoting.protocol.route.TopicRouteData;
import org.jspecify.annotations.Nullable;

/**
 * Where the queues of a topic are, as a name server told it.
 *
 * @param topic the topic
 * @param readable queues that can be read, in the order that all RocketMQ clients have them in
 * @param writable queues that can be written, in that order too
 * @param masters address of the master by broker name
 * @param takenNanos when, by {@link System#nanoTime()}
 */
record Route(
    TopicName topic,
    List<Queue> readable,
    List<Queue> writable,
    Map<String, String> masters,
    long takenNanos) {

  static Route of(TopicName topic, TopicRouteData data, long nowNanos) {
    Map<String, String> masters = new HashMap<>();
    for (BrokerData broker : data.getBrokerDatas()) {
      String address = broker.getBrokerAddrs().get(MixAll.MASTER_ID);
      if (address != null) {
        masters.put(broker.getBrokerName(), address);
      }
    }
    List<Queue> readable = new ArrayList<>();
    List<Queue> writable = new ArrayList<>();
    for (QueueData queues : data.getQueueDatas()) {
      if (!masters.containsKey(queues.getBrokerName())) {
        continue;
      }
      if (PermName.isReadable(queues.getPerm())) {
        addAll(readable, queues.getBrokerName(), queues.getReadQueueNums());
      }
      if (PermName.isWriteable(queues.getPerm())) {
        addAll(writable, queues.getBrokerName(), queues.getWriteQueueNums());
      }
    }
    Collections.sort(readable);
    Collections.sort(writable);
    return new Route(
        topic, List.copyOf(readable), List.copyOf(writable), Map.copyOf(masters), nowNanos);
  }

  private static void addAll(List<Queue> queues, String broker, int count) {
    for (int id = 0; id < count; id++) {
      queues.add(new Queue(broker, id));
    }
  }

  @Nullable String master(String broker) {
    return masters.get(broker);
  }
}
