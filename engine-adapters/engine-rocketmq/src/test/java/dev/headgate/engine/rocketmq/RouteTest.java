package dev.headgate.engine.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.engine.Bytes;
import dev.headgate.engine.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RouteTest {
  private static final TopicName TOPIC = new TopicName("t");

  @Test
  void D6_keysStayWhereTheyAreWhileABrokerIsAway() {
    Route both = route("a", "b");
    Map<Bytes, Queue> before = new TreeMap<>((x, y) -> x.toUtf8().compareTo(y.toUtf8()));
    for (int i = 0; i < 50; i++) {
      before.put(Bytes.utf8("key-" + i), both.queueOf(Bytes.utf8("key-" + i)));
    }
    assertThat(before.values()).extracting(Queue::broker).contains("a", "b");

    Route withoutB = route("a").after(both);
    Route again = route("a", "b").after(withoutB);

    before.forEach(
        (key, queue) -> {
          if (queue.broker().equals("a")) {
            assertThat(withoutB.queueOf(key)).isEqualTo(queue);
          } else {
            assertThatThrownBy(() -> withoutB.queueOf(key)).hasMessageContaining("broker 'b'");
          }
          assertThat(again.queueOf(key)).isEqualTo(queue);
        });
    assertThat(withoutB.writable()).extracting(Queue::broker).containsOnly("a");
  }

  @Test
  void topicThatGrowsSpreadsItsKeysOverAll() {
    Route grown = route("a", "b").after(route("a"));

    assertThat(grown.keyed()).isEqualTo(grown.writable()).hasSize(8);
  }

  private static Route route(String... brokers) {
    List<Queue> queues = new ArrayList<>();
    Map<String, String> masters = new TreeMap<>();
    for (String broker : brokers) {
      masters.put(broker, broker + ":1");
      for (int id = 0; id < 4; id++) {
        queues.add(new Queue(broker, id));
      }
    }
    return new Route(TOPIC, queues, queues, masters, 0);
  }
}
