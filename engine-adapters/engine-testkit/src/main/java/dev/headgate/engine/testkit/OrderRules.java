package dev.headgate.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.Bytes;
import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.Partition;
import dev.headgate.engine.Position;
import dev.headgate.engine.TopicName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The order of the messages of one key: D6. */
abstract class OrderRules extends ConformanceRules {
  private static final int KEYS = 20;
  private static final int PER_KEY = 50;

  @Test
  void D6_messagesOfOneKeyKeepTheirOrder() {
    Engine engine = engineWith(Capability.LOG, Capability.ORDERED);
    TopicName topic = topic(engine, 4, TopicUse.ORDERED);

    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      sent.add("m-" + i);
      await.value(
          engine.append(topic, Messages.keyed("the key", "m-" + i), inOrder()), "append " + i);
    }

    Member member = reading("reader", engine, ordered(topic, group()));
    assertThat(member.awaitReceived(sent.size()))
        .extracting(Received::body)
        .containsExactlyElementsOf(sent);
  }

  @Test
  void D6_concurrentAppendsOfManyKeysKeepTheOrderOfEachKey() {
    Engine engine = engineWith(Capability.LOG, Capability.ORDERED);
    TopicName topic = topic(engine, 4, TopicUse.ORDERED);

    Map<String, List<String>> sent = new LinkedHashMap<>();
    List<CompletableFuture<?>> chains = new ArrayList<>();
    for (int k = 0; k < KEYS; k++) {
      List<String> bodies = new ArrayList<>();
      for (int i = 0; i < PER_KEY; i++) {
        bodies.add("k" + k + "-" + i);
      }
      sent.put("k" + k, bodies);
      chains.add(appendChain(engine, topic, "k" + k, bodies));
    }
    chains.forEach(chain -> await.value(chain, "appends of one key, one after another"));

    List<Received> received =
        reading("reader", engine, ordered(topic, group())).awaitReceived(KEYS * PER_KEY);
    assertThat(byKey(received)).isEqualTo(sent);
  }

  @Test
  void D6_messagesOfOneKeyLieInOnePartition() {
    Engine engine = engineWith(Capability.LOG, Capability.ORDERED);
    TopicName topic = topic(engine, 4, TopicUse.ORDERED);

    Set<Partition> partitions =
        IntStream.range(0, 20)
            .mapToObj(
                i ->
                    await.value(
                        engine.append(topic, Messages.keyed("k", "m-" + i), inOrder()), "append"))
            .map(Position::partition)
            .collect(Collectors.toSet());

    assertThat(partitions).hasSize(1);
  }

  @Test
  void D6_orderHoldsAcrossTwoNodesThatAppendInTurn() {
    Engine one = engineWith(Capability.LOG, Capability.ORDERED);
    Engine other = engine("node-2");
    TopicName topic = topic(one, 4, TopicUse.ORDERED);

    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      sent.add("m-" + i);
      Engine turn = i % 2 == 0 ? one : other;
      await.value(turn.append(topic, Messages.keyed("k", "m-" + i), inOrder()), "append " + i);
    }

    assertThat(reading("reader", one, ordered(topic, group())).awaitReceived(sent.size()))
        .extracting(Received::body)
        .containsExactlyElementsOf(sent);
  }

  private CompletableFuture<?> appendChain(
      Engine engine, TopicName topic, String key, List<String> bodies) {
    CompletableFuture<?> chain = CompletableFuture.completedFuture("begin");
    for (String body : bodies) {
      chain =
          chain.thenCompose(before -> engine.append(topic, Messages.keyed(key, body), inOrder()));
    }
    return chain;
  }

  private static Map<String, List<String>> byKey(List<Received> received) {
    return received.stream()
        .collect(
            Collectors.groupingBy(
                OrderRules::key, Collectors.mapping(Received::body, Collectors.toList())));
  }

  private static String key(Received got) {
    Bytes key = got.message().key();
    return Objects.requireNonNull(key, "the key of a message that was sent with one").toUtf8();
  }
}
