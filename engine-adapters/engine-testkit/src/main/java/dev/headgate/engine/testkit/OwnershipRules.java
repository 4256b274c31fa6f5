package dev.headgate.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.TopicName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How the partitions of a topic are shared among the members of a group: D10 and D20. */
abstract class OwnershipRules extends ConformanceRules {
  @Test
  void D10_loneMemberOwnsEveryPartition() {
    Engine engine = engineWith(Capability.LOG);
    Member member = idle("reader", engine, spec(topic(engine, 4), group()));

    assertThat(member.awaitOwned(4))
        .allSatisfy(owned -> assertThat(owned.epoch()).isGreaterThanOrEqualTo(1));
  }

  @Test
  void D10_twoMembersShareThePartitions() {
    Engine one = engineWith(Capability.LOG);
    Engine other = engine("node-2");
    TopicName topic = topic(one, 4);
    GroupName group = group();

    Member first = idle("first", one, spec(topic, group));
    first.awaitOwned(4);
    Member second = idle("second", other, spec(topic, group));

    second.awaitOwned(2);
    first.awaitOwned(2);
    assertThat(first.ownedPartitions()).doesNotContainAnyElementsOf(second.ownedPartitions());
  }

  @Test
  void D10_partitionOfAnOrderedTopicNeverHasTwoOwners() {
    Engine one = engineWith(Capability.LOG, Capability.ORDERED);
    Engine other = engine("node-2");
    TopicName topic = topic(one, 4, TopicUse.ORDERED);
    GroupName group = group();
    OwnershipLedger ledger = new OwnershipLedger();
    Set<String> sent = new HashSet<>();

    Member first = member("first", one, ordered(topic, group), true, ledger);
    first.awaitOwned(4);
    sent.addAll(appendKeyed(one, topic, "a"));
    Member second = member("second", other, ordered(topic, group), true, ledger);
    sent.addAll(appendKeyed(one, topic, "b"));
    second.awaitOwned(2);
    sent.addAll(appendKeyed(one, topic, "c"));
    first.leave();
    second.awaitOwned(4);
    sent.addAll(appendKeyed(one, topic, "d"));

    await.until(
        () -> bodies(first, second).containsAll(sent), "each message with one of the members");
    assertThat(bodies(first, second))
        .as("each member commits what it has when a partition moves: nothing comes twice")
        .containsExactlyInAnyOrderElementsOf(sent);
  }

  @Test
  void D20_leavingMemberHandsItsPartitionsOver() {
    Engine one = engineWith(Capability.LOG);
    Engine other = engine("node-2");
    TopicName topic = topic(one, 2);
    GroupName group = group();
    Member first = reading("first", one, spec(topic, group));
    first.awaitOwned(2);
    Member second = reading("second", other, spec(topic, group));
    second.awaitOwned(1);
    List<String> before = appendMany(one, topic, "before", 20);
    await.until(() -> bodies(first, second).containsAll(before), "all messages with a member");

    second.leave();
    first.awaitOwned(2);
    List<String> after = appendMany(one, topic, "after", 20);

    first.awaitBodies(after);
    assertThat(second.owned()).isEmpty();
    assertThat(bodies(first, second)).as("the leaving member committed").doesNotHaveDuplicates();
  }

  @Test
  void D20_closedEnginesPartitionsGoToTheOtherMember() {
    Engine one = engineWith(Capability.LOG);
    Engine other = engine("node-2");
    TopicName topic = topic(one, 2);
    GroupName group = group();
    Member first = reading("first", one, spec(topic, group));
    first.awaitOwned(2);
    Member second = idle("second", other, spec(topic, group));
    second.awaitOwned(1);

    other.close();
    List<String> sent = appendMany(one, topic, "m", 20);

    first.awaitOwned(2);
    first.awaitBodies(sent);
  }

  @Test
  void D20_ownerCanCommitWhileItsPartitionIsRevoked() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    GroupName group = group();
    long end = appendInTurn(engine, topic, "m", 5).get(4).offset() + 1;
    Member first = idle("first", engine, spec(topic, group));
    first.awaitOwned(1);
    first.onRevoked((member, partition) -> partition.commit(end));

    first.leave();

    Member second = idle("second", engine, spec(topic, group));
    assertThat(second.awaitOwned(1).get(0).startOffset()).isEqualTo(end);
  }

  @Test
  void D20_memberThatNeverSettlesIsNotWaitedForWithoutEnd() {
    Engine one = engineWith(Capability.LOG);
    Engine other = engine("node-2");
    TopicName topic = topic(one, 1);
    GroupName group = group();
    Member stuck = idle("stuck", one, spec(topic, group));
    stuck.awaitOwned(1);
    stuck.onRevoked((member, partition) -> new CompletableFuture<>());
    Member heir = idle("heir", other, spec(topic, group));

    CompletableFuture<Void> left = stuck.reader().leave().toCompletableFuture();

    heir.awaitOwned(1);
    await.value(left, "leave of a member that never settles");
  }

  @Test
  void D20_leaveIsToldOnceAndCanBeRepeated() {
    Engine engine = engineWith(Capability.LOG);
    Member member = idle("reader", engine, spec(topic(engine, 2), group()));
    List<OwnedPartition> owned = member.awaitOwned(2);

    member.leave();
    member.leave();
    member.close();

    assertThat(member.revoked()).containsExactlyInAnyOrderElementsOf(owned);
    assertThat(member.lost()).isEmpty();
  }

  @Test
  void D20_closedReaderIsToldOfTheEndOfEachPartition() {
    Engine engine = engineWith(Capability.LOG);
    Member member = idle("reader", engine, spec(topic(engine, 2), group()));
    List<OwnedPartition> owned = member.awaitOwned(2);

    member.close();

    owned.forEach(member::awaitEnded);
  }

  private List<String> appendKeyed(Engine engine, TopicName topic, String prefix) {
    List<String> bodies = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String body = prefix + "-" + i;
      bodies.add(body);
      await.value(
          engine.append(topic, Messages.keyed("k" + i % 10, body), inOrder()), "append " + body);
    }
    return bodies;
  }

  private static List<String> bodies(Member... members) {
    List<String> bodies = new ArrayList<>();
    for (Member member : members) {
      member.received().forEach(got -> bodies.add(got.body()));
    }
    return bodies;
  }
}
