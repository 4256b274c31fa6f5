package dev.headgate.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.Filter;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.ReaderSpec.InitialPosition;
import dev.headgate.engine.TopicName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Readers that get every message, whoever else reads: D23. */
abstract class BroadcastRules extends ConformanceRules {
  @Test
  void D23_everyBroadcastReaderGetsEveryMessage() {
    Engine one = engineWith(Capability.LOG);
    Engine other = engine("node-2");
    TopicName topic = topic(one, 2);
    Member first = reading("first", one, broadcast(topic, group()));
    Member second = reading("second", other, broadcast(topic, group()));
    first.awaitOwned(2);
    second.awaitOwned(2);

    List<String> sent = appendMany(one, topic, "m", 20);

    for (Member member : List.of(first, second)) {
      assertThat(member.awaitReceived(sent.size()))
          .extracting(Received::body)
          .containsExactlyInAnyOrderElementsOf(sent);
    }
  }

  @Test
  void D23_broadcastReaderKeepsItsPosition() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    GroupName group = group();
    appendInTurn(engine, topic, "old", 3);
    Member first = reading("first", engine, broadcast(topic, group));
    first.awaitReceived(3);
    first.leave();

    append(engine, topic, Messages.text("new"));

    assertThat(reading("second", engine, broadcast(topic, group)).awaitReceived(1))
        .extracting(Received::body)
        .containsExactly("new");
  }

  private static ReaderSpec broadcast(TopicName topic, GroupName group) {
    return new ReaderSpec(topic, group, false, InitialPosition.EARLIEST, Filter.all(), true);
  }
}
