package dev.headgate.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.Batch;
import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Partition;
import dev.headgate.engine.Position;
import dev.headgate.engine.TopicAdmin.PartitionLag;
import dev.headgate.engine.TopicAdmin.TopicDescription;
import dev.headgate.engine.TopicAdmin.TopicSettings;
import dev.headgate.engine.TopicName;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Making, describing and browsing topics. */
abstract class TopicRules extends ConformanceRules {
  @Test
  void ensuringATopicTwiceIsHarmless() {
    Engine engine = engineWith(Capability.LOG, Capability.TOPIC_ADMIN);
    TopicName topic = topic(engine, 2);
    append(engine, topic, Messages.text("kept"));

    ensure(engine, topic, 2);

    assertThat(describe(engine, topic).orElseThrow().partitions()).hasSize(2);
    assertThat(reading("reader", engine, spec(topic, group())).awaitReceived(1))
        .extracting(Received::body)
        .containsExactly("kept");
  }

  @Test
  void topicGrowsButDoesNotShrink() {
    Engine engine = engineWith(Capability.LOG, Capability.TOPIC_ADMIN);
    TopicName topic = topic(engine, 2);

    ensure(engine, topic, 4);
    ensure(engine, topic, 1);

    await.until(
        () -> describe(engine, topic).orElseThrow().partitions().size() == 4,
        "a description with 4 partitions");
  }

  @Test
  void grownTopicIsReadWhole() {
    Engine engine = engineWith(Capability.LOG, Capability.TOPIC_ADMIN);
    TopicName topic = topic(engine, 1);
    Member member = reading("reader", engine, spec(topic, group()));
    member.awaitOwned(1);

    ensure(engine, topic, 3);

    member.awaitOwned(3);
    List<String> sent = appendMany(engine, topic, "m", 30);
    member.awaitBodies(sent);
  }

  @Test
  void topicIsListedAndDescribed() {
    Engine engine = engineWith(Capability.TOPIC_ADMIN);
    TopicName topic = topic(engine, 3);

    TopicDescription description = describe(engine, topic).orElseThrow();

    assertThat(description.topic()).isEqualTo(topic);
    assertThat(description.partitions()).hasSize(3).doesNotHaveDuplicates();
    assertThat(description.partitions()).extracting(Partition::topic).containsOnly(topic);
    assertThat(await.value(engine.topics().list(), "list")).contains(topic);
  }

  @Test
  void D42_missingTopicHasNoDescription() {
    Engine engine = engine("node-1");

    assertThat(describe(engine, new TopicName("kit-missing-" + unique()))).isEmpty();
  }

  @Test
  void deletedTopicIsGone() {
    Engine engine = engineWith(Capability.TOPIC_ADMIN);
    TopicName topic = topic(engine, 1);

    await.value(engine.topics().delete(topic), "delete");
    await.value(engine.topics().delete(topic), "second delete");

    await.until(() -> describe(engine, topic).isEmpty(), "no description of a deleted topic");
  }

  @Test
  void groupsWithAPositionAreListed() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    GroupName group = group();
    append(engine, topic, Messages.text("m"));
    Member member = reading("reader", engine, spec(topic, group));
    member.awaitReceived(1);
    member.commitReceived();

    assertThat(await.value(engine.topics().groups(topic), "groups")).contains(group);
  }

  @Test
  void peekReadsWithoutMovingAnything() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    GroupName group = group();
    List<Position> positions = appendInTurn(engine, topic, "m", 10);
    Position from = positions.get(2);

    Batch found =
        await.value(
            engine.topics().peek(from.partition(), from.offset(), 3, 1 << 20), "peek at " + from);

    assertThat(found.messages())
        .extracting(stored -> stored.message().body().toUtf8())
        .containsExactly("m-2", "m-3", "m-4");
    assertThat(found.nextOffset()).isEqualTo(positions.get(5).offset());
    assertThat(await.value(engine.topics().lag(topic, group), "lag"))
        .extracting(PartitionLag::committed)
        .containsOnly(-1L);
  }

  @Test
  void peekAtTheEndFindsNothingAtOnce() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    Position only = append(engine, topic, Messages.text("m"));

    Batch found =
        await.value(
            engine.topics().peek(only.partition(), only.offset() + 1, 10, 1 << 20),
            "peek at the end");

    assertThat(found.messages()).isEmpty();
  }

  @Test
  void D13_retryTopicsDifferForEachPairOfTopicAndGroup() {
    Engine engine = engine("node-1");
    List<String> names = List.of("a", "b", "a_b", "a-b", "a%b", "b%a", "A", "x".repeat(120));

    Set<TopicName> seen = new HashSet<>();
    for (String topic : names) {
      for (String group : names) {
        TopicName retry = engine.topics().retryTopic(new TopicName(topic), new GroupName(group));
        assertThat(seen.add(retry)).as("%s for topic %s, group %s", retry, topic, group).isTrue();
      }
    }
    for (String group : names) {
      TopicName deadLetter = engine.topics().deadLetterTopic(new GroupName(group));
      assertThat(seen.add(deadLetter)).as("%s for group %s", deadLetter, group).isTrue();
    }
  }

  @Test
  void D13_retryAndDeadLetterTopicsCanBeMadeAndUsed() {
    Engine engine = engineWith(Capability.LOG, Capability.TOPIC_ADMIN);
    TopicName topic = topic(engine, 1);
    GroupName group = group();
    TopicName retry = engine.topics().retryTopic(topic, group);
    TopicName deadLetter = engine.topics().deadLetterTopic(group);

    for (TopicName made : List.of(retry, deadLetter)) {
      ensure(engine, made, 1);
      append(engine, made, Messages.text("in " + made));
      assertThat(reading("reader of " + made, engine, spec(made, group)).awaitReceived(1))
          .extracting(Received::body)
          .containsExactly("in " + made);
    }
  }

  private void ensure(Engine engine, TopicName topic, int partitions) {
    await.value(
        engine
            .topics()
            .ensure(
                topic,
                new TopicSettings(partitions, false, harness().topicAttributes(TopicUse.PLAIN))),
        "ensure " + topic);
  }

  private Optional<TopicDescription> describe(Engine engine, TopicName topic) {
    return await.value(engine.topics().describe(topic), "describe " + topic);
  }
}
