package dev.headgate.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.engine.Batch;
import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What was owned once cannot be read or moved any more: D20. */
abstract class FencingRules extends ConformanceRules {
  private static final int BYTES = 1 << 20;

  @Test
  void D20_partitionThatMovedRefusesItsOldOwner() {
    Engine one = engineWith(Capability.LOG);
    Engine other = engine("node-2");
    TopicName topic = topic(one, 1);
    GroupName group = group();
    long end = appendInTurn(one, topic, "m", 5).get(4).offset() + 1;
    Member first = idle("first", one, spec(topic, group));
    OwnedPartition stale = first.awaitOwned(1).get(0);
    Member second = idle("second", other, spec(topic, group));

    first.leave();
    OwnedPartition current = second.awaitOwned(1).get(0);

    refuses(stale, end);
    assertThat(committed(one, topic, group)).as("the position that nobody moved").isLessThan(end);
    await.value(current.commit(end), "commit of the new owner");
  }

  @Test
  void D20_partitionThatCameBackRefusesItsOldEpoch() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    GroupName group = group();
    long end = appendInTurn(engine, topic, "m", 5).get(4).offset() + 1;
    Member first = idle("first", engine, spec(topic, group));
    OwnedPartition stale = first.awaitOwned(1).get(0);
    first.leave();

    OwnedPartition current = idle("second", engine, spec(topic, group)).awaitOwned(1).get(0);

    assertThat(current.partition()).isEqualTo(stale.partition());
    assertThat(current.epoch()).isGreaterThan(stale.epoch());
    refuses(stale, end);
    assertThat(committed(engine, topic, group)).isLessThan(end);
    await.value(current.commit(end), "commit in the new epoch");
  }

  @Test
  void D20_parkedFetchIsFencedWhenItsPartitionIsRevoked() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    Member member = idle("reader", engine, spec(topic, group()));
    OwnedPartition partition = member.awaitOwned(1).get(0);
    CompletionStage<Batch> parked =
        partition.fetch(partition.startOffset(), BYTES, Duration.ofMinutes(5));

    member.leave();

    assertThat(await.failure(parked, "fetch that was parked").kind()).isEqualTo(Kind.FENCED);
  }

  @Test
  void D20_closedReadersPartitionsAreFenced() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    long end = append(engine, topic, Messages.text("m")).offset() + 1;
    Member member = idle("reader", engine, spec(topic, group()));
    OwnedPartition partition = member.awaitOwned(1).get(0);

    member.close();
    member.awaitEnded(partition);

    refuses(partition, end);
  }

  @Test
  void D20_lostPartitionIsFencedAndComesBackUnderALaterEpoch() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    GroupName group = group();
    long end = append(engine, topic, Messages.text("m")).offset() + 1;
    Member member = idle("reader", engine, spec(topic, group));
    OwnedPartition stale = member.awaitOwned(1).get(0);

    Assumptions.assumeTrue(
        harness().loseMemberships("node-1"), "needs a harness that can lose memberships");
    member.awaitEnded(stale);

    refuses(stale, end);
    assertThat(member.lost()).contains(stale);
    OwnedPartition current = member.awaitOwned(1).get(0);
    assertThat(current.epoch()).isGreaterThan(stale.epoch());
    await.value(current.commit(end), "commit in the new epoch");
  }

  @Test
  void secondReaderOfATopicAndGroupIsRefused() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    GroupName group = group();
    Member first = idle("first", engine, spec(topic, group));
    first.awaitOwned(1);

    assertThatThrownBy(() -> idle("second", engine, spec(topic, group)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(first.owned()).hasSize(1);
  }

  @Test
  void closingAReaderAgainHarmsNotItsSuccessor() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    GroupName group = group();
    Member first = idle("first", engine, spec(topic, group));
    first.awaitOwned(1);
    first.leave();
    Member second = idle("second", engine, spec(topic, group));
    second.awaitOwned(1);

    first.close();
    first.leave();

    assertThatThrownBy(() -> idle("third", engine, spec(topic, group)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(second.owned()).hasSize(1);
  }

  private void refuses(OwnedPartition stale, long nextOffset) {
    assertThat(await.failure(stale.commit(nextOffset), "commit of a stale owner").kind())
        .as("commit of a stale owner")
        .isEqualTo(Kind.FENCED);
    assertThat(
            await
                .failure(
                    stale.fetch(stale.startOffset(), BYTES, Duration.ZERO),
                    "fetch of a stale owner")
                .kind())
        .as("fetch of a stale owner")
        .isEqualTo(Kind.FENCED);
  }

  private long committed(Engine engine, TopicName topic, GroupName group) {
    return await.value(engine.topics().lag(topic, group), "lag").get(0).committed();
  }
}
