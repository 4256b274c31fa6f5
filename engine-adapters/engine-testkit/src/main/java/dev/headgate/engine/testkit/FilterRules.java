package dev.headgate.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.headgate.engine.Bytes;
import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.Filter;
import dev.headgate.engine.Header;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.ReaderSpec.InitialPosition;
import dev.headgate.engine.TopicName;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Messages that the broker leaves out: D25. */
abstract class FilterRules extends ConformanceRules {
  @Test
  void D25_onlyMessagesWithOneOfTheTagsCome() {
    Engine engine = engineWith(Capability.LOG, Capability.FILTER_TAG);
    TopicName topic = topic(engine, 1);
    for (String tag : List.of("red", "green", "blue", "red", "Red")) {
      append(engine, topic, Messages.tagged(tag, "is " + tag));
    }
    append(engine, topic, Messages.text("has no tag"));
    append(engine, topic, Messages.tagged("green", "last"));

    Member member =
        reading("reader", engine, filtered(topic, new Filter.Tags(Set.of("red", "green"))));

    assertThat(member.awaitReceived(4))
        .extracting(Received::body)
        .containsExactly("is red", "is green", "is red", "last");
  }

  /** Else a group that wants little would read all again and again, and never settle it. */
  @Test
  void D25_positionPassesWhatIsFilteredOut() {
    Engine engine = engineWith(Capability.LOG, Capability.FILTER_TAG);
    TopicName topic = topic(engine, 1);
    append(engine, topic, Messages.tagged("wanted", "wanted"));
    for (int i = 0; i < 20; i++) {
      append(engine, topic, Messages.tagged("other", "other-" + i));
    }
    ReaderSpec spec = filtered(topic, new Filter.Tags(Set.of("wanted")));
    Member member = reading("reader", engine, spec);
    member.awaitReceived(1);

    await.until(
        () -> {
          member.commitReceived();
          return await.value(engine.topics().lag(topic, spec.group()), "lag").stream()
              .allMatch(lag -> lag.messages() == 0);
        },
        "a commit past the messages that were filtered out");

    append(engine, topic, Messages.tagged("wanted", "wanted too"));
    assertThat(member.awaitReceived(2)).extracting(Received::body).contains("wanted too");
  }

  @Test
  void D25_onlyMessagesThatTheExpressionSelectsCome() {
    Engine engine = engineWith(Capability.LOG, Capability.FILTER_EXPRESSION);
    TopicName topic = topic(engine, 1);
    for (String region : List.of("eu", "us", "eu")) {
      append(
          engine,
          topic,
          Messages.message(
              Bytes.utf8(region), null, null, List.of(Header.of("region", region)), null));
    }

    Member member =
        reading("reader", engine, filtered(topic, new Filter.Expression("region = 'eu'")));

    assertThat(member.awaitReceived(2)).extracting(Received::body).containsExactly("eu", "eu");
  }

  @Test
  void D25_expressionThatCannotBeReadIsRefused() {
    Engine engine = engineWith(Capability.LOG, Capability.FILTER_EXPRESSION);
    ReaderSpec spec = filtered(topic(engine, 1), new Filter.Expression("region = ("));

    assertThat(catchThrowable(() -> reading("reader", engine, spec)))
        .isInstanceOfSatisfying(
            EngineException.class,
            failure -> assertThat(failure.kind()).isEqualTo(EngineException.Kind.INVALID_ARGUMENT))
        .hasMessageContaining("region = (");
  }

  private ReaderSpec filtered(TopicName topic, Filter filter) {
    return new ReaderSpec(topic, group(), false, InitialPosition.EARLIEST, filter, false);
  }
}
