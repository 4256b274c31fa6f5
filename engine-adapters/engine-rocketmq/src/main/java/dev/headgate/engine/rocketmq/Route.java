package dev.headgate.engine.rocketmq;

import dev.headgate.engine.Bytes;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.TopicName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
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
 * @param keyed queues that the messages of keys are spread over: the writable ones, and those of
 *     brokers that are away, or their keys would move, and lose their order (D6)
 * @param takenNanos when, by {@link System#nanoTime()}
 */
record Route(
    TopicName topic,
    List<Queue> readable,
    List<Queue> writable,
    List<Queue> keyed,
    Map<String, String> masters,
    long takenNanos) {

  /** Of a topic whose brokers are all there. */
  Route(
      TopicName topic,
      List<Queue> readable,
      List<Queue> writable,
      Map<String, String> masters,
      long takenNanos) {
    this(topic, readable, writable, writable, masters, takenNanos);
  }

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
    List<Queue> now = List.copyOf(writable);
    return new Route(topic, List.copyOf(readable), now, Map.copyOf(masters), nowNanos);
  }

  /** The same, keeping the places of keys whose brokers were there before and are away. */
  Route after(@Nullable Route before) {
    if (before == null) {
      return this;
    }
    TreeSet<Queue> all = new TreeSet<>(writable);
    for (Queue queue : before.keyed) {
      if (!masters.containsKey(queue.broker())) {
        all.add(queue);
      }
    }
    return new Route(topic, readable, writable, List.copyOf(all), masters, takenNanos);
  }

  /**
   * Where the messages of a key go.
   *
   * @throws EngineException where there is no queue, or its broker is away
   */
  Queue queueOf(Bytes key) {
    if (keyed.isEmpty()) {
      throw new EngineException(
          Kind.UNAVAILABLE, "topic '%s' has no queue to write to".formatted(topic));
    }
    Queue queue = keyed.get(OrderedQueues.indexOf(key, keyed.size()));
    if (!masters.containsKey(queue.broker())) {
      throw new EngineException(
          Kind.UNAVAILABLE,
          "topic '%s': broker '%s', which has the messages of this key, is away"
              .formatted(topic, queue.broker()));
    }
    return queue;
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
