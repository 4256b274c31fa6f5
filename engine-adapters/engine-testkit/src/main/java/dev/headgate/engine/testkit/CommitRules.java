package dev.headgate.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.Filter;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.Position;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.ReaderSpec.InitialPosition;
import dev.headgate.engine.TopicAdmin.PartitionLag;
import dev.headgate.engine.TopicName;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The committed position of a group: D11. */
abstract class CommitRules extends ConformanceRules {
  @Test
  void D11_committedPositionSurvivesReopeningOfTheReader() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    GroupName group = group();
    long sixth = appendInTurn(engine, topic, "m", 10).get(6).offset();

    commitAndLeave(engine, topic, group, sixth);

    assertThat(startOffset(engine, topic, group)).isEqualTo(sixth);
  }

  @Test
  void D11_committedPositionIsSeenByAnotherNode() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    GroupName group = group();
    long fourth = appendInTurn(engine, topic, "m", 10).get(4).offset();
    commitAndLeave(engine, topic, group, fourth);
    engine.close();

    assertThat(startOffset(engine("node-2"), topic, group)).isEqualTo(fourth);
  }

  @Test
  void D11_whatWasNotCommittedComesAgain() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    GroupName group = group();
    List<Position> positions = appendInTurn(engine, topic, "m", 6);
    Member first = reading("first", engine, spec(topic, group));
    OwnedPartition partition = first.awaitOwned(1).get(0);
    first.awaitReceived(6);
    first.onRevoked((member, revoked) -> CompletableFuture.completedStage(null));

    await.value(partition.commit(positions.get(3).offset()), "commit before the fourth message");
    first.leave();

    assertThat(reading("second", engine, spec(topic, group)).awaitReceived(3))
        .extracting(Received::body)
        .containsExactly("m-3", "m-4", "m-5");
  }

  @Test
  void D11_commitNeverMovesThePositionBack() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    GroupName group = group();
    List<Position> positions = appendInTurn(engine, topic, "m", 10);
    OwnedPartition partition = idle("reader", engine, spec(topic, group)).awaitOwned(1).get(0);

    await.value(partition.commit(positions.get(8).offset()), "commit");
    await.value(partition.commit(positions.get(3).offset()), "commit of an earlier offset");

    assertThat(onlyLag(engine, topic, group).committed()).isEqualTo(positions.get(8).offset());
  }

  @Test
  void D11_lagCountsWhatIsNotSettled() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    GroupName group = group();
    List<Position> positions = appendInTurn(engine, topic, "m", 10);
    OwnedPartition partition = idle("reader", engine, spec(topic, group)).awaitOwned(1).get(0);

    await.value(partition.commit(positions.get(7).offset()), "commit");

    PartitionLag lag = onlyLag(engine, topic, group);
    assertThat(lag.partition()).isEqualTo(partition.partition());
    assertThat(lag.start()).isEqualTo(positions.get(0).offset());
    assertThat(lag.end()).isEqualTo(positions.get(9).offset() + 1);
    assertThat(lag.messages()).isEqualTo(3);
  }

  @Test
  void D11_groupWithoutPositionsShowsNone() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 2);
    appendInTurn(engine, topic, "m", 4);

    List<PartitionLag> lags = await.value(engine.topics().lag(topic, group()), "lag");

    assertThat(lags).hasSize(2);
    assertThat(lags).extracting(PartitionLag::committed).containsOnly(-1L);
    assertThat(lags.stream().mapToLong(PartitionLag::messages).sum()).isEqualTo(4);
  }

  @Test
  void newGroupBeginsAtTheEndWhereItAsksTo() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    appendInTurn(engine, topic, "old", 5);
    ReaderSpec latest =
        new ReaderSpec(topic, group(), false, InitialPosition.LATEST, Filter.all(), false);
    Member member = reading("reader", engine, latest);
    member.awaitOwned(1);

    append(engine, topic, Messages.text("new"));

    assertThat(member.awaitReceived(1)).extracting(Received::body).containsExactly("new");
  }

  private void commitAndLeave(Engine engine, TopicName topic, GroupName group, long nextOffset) {
    Member member = idle("committer", engine, spec(topic, group));
    OwnedPartition partition = member.awaitOwned(1).get(0);
    await.value(partition.commit(nextOffset), "commit");
    member.leave();
  }

  private long startOffset(Engine engine, TopicName topic, GroupName group) {
    return idle("successor", engine, spec(topic, group)).awaitOwned(1).get(0).startOffset();
  }

  private PartitionLag onlyLag(Engine engine, TopicName topic, GroupName group) {
    return await.value(engine.topics().lag(topic, group), "lag").get(0);
  }
}
