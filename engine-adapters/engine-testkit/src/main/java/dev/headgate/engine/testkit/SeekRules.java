package dev.headgate.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Partition;
import dev.headgate.engine.Position;
import dev.headgate.engine.StoredMessage;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Positions by time, and moving a group: D24. */
abstract class SeekRules extends ConformanceRules {
  @Test
  void D24_groupIsMovedBackToTheStart() {
    Engine engine = engineWith(Capability.LOG, Capability.SEEK);
    TopicName topic = topic(engine, 1);
    GroupName group = group();
    List<Position> positions = appendInTurn(engine, topic, "m", 5);
    Member first = reading("first", engine, spec(topic, group));
    first.awaitReceived(5);
    first.leave();

    seek(engine, topic, group, positions.get(0));

    assertThat(reading("second", engine, spec(topic, group)).awaitReceived(5))
        .extracting(Received::body)
        .containsExactly("m-0", "m-1", "m-2", "m-3", "m-4");
  }

  @Test
  void D24_groupIsMovedForwards() {
    Engine engine = engineWith(Capability.LOG, Capability.SEEK);
    TopicName topic = topic(engine, 1);
    GroupName group = group();
    List<Position> positions = appendInTurn(engine, topic, "m", 5);
    Member first = reading("first", engine, spec(topic, group));
    first.awaitReceived(1);
    first.onRevoked((member, partition) -> partition.commit(partition.startOffset()));
    first.leave();

    seek(engine, topic, group, positions.get(3));

    assertThat(reading("second", engine, spec(topic, group)).awaitReceived(2))
        .extracting(Received::body)
        .containsExactly("m-3", "m-4");
  }

  @Test
  void D24_groupThatNeverReadIsPlaced() {
    Engine engine = engineWith(Capability.LOG, Capability.SEEK);
    TopicName topic = topic(engine, 1);
    GroupName group = group();
    List<Position> positions = appendInTurn(engine, topic, "m", 5);

    seek(engine, topic, group, positions.get(2));

    assertThat(reading("reader", engine, spec(topic, group)).awaitReceived(3))
        .extracting(Received::body)
        .containsExactly("m-2", "m-3", "m-4");
  }

  @Test
  void D24_positionIsFoundByTime() {
    Engine engine = engineWith(Capability.LOG, Capability.SEEK);
    TopicName topic = topic(engine, 1);
    appendInTurn(engine, topic, "before", 3);
    long mark = System.currentTimeMillis();
    await.until(() -> System.currentTimeMillis() > mark + 2, "the clock goes on");
    Position first = appendInTurn(engine, topic, "after", 3).get(0);
    Instant storedAt = storedAt(engine, first);

    Map<Partition, Long> offsets =
        await.value(engine.topics().offsetsAt(topic, storedAt), "offsets by time");

    assertThat(offsets).containsExactly(Map.entry(first.partition(), first.offset()));
  }

  @Test
  void D24_timeBeforeAllIsTheStartAndTimeAfterAllTheEnd() {
    Engine engine = engineWith(Capability.LOG, Capability.SEEK);
    TopicName topic = topic(engine, 1);
    List<Position> positions = appendInTurn(engine, topic, "m", 3);
    Partition partition = positions.get(0).partition();
    Instant longAgo = Instant.now().minus(Duration.ofDays(1));
    Instant later = Instant.now().plus(Duration.ofHours(1));

    assertThat(await.value(engine.topics().offsetsAt(topic, longAgo), "offsets long ago"))
        .containsExactly(Map.entry(partition, positions.get(0).offset()));
    assertThat(await.value(engine.topics().offsetsAt(topic, later), "offsets later"))
        .containsExactly(Map.entry(partition, positions.get(2).offset() + 1));
  }

  private Instant storedAt(Engine engine, Position position) {
    List<StoredMessage> found =
        await
            .value(
                engine.topics().peek(position.partition(), position.offset(), 1, 1 << 20),
                "peek at " + position)
            .messages();
    assertThat(found).as("message at %s", position).hasSize(1);
    return found.get(0).storedAt();
  }

  private void seek(Engine engine, TopicName topic, GroupName group, Position to) {
    await.value(
        engine.topics().seek(topic, group, Map.of(to.partition(), to.offset())), "seek to " + to);
  }
}
