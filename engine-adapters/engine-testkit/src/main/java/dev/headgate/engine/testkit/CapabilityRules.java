package dev.headgate.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.EngineReader;
import dev.headgate.engine.Filter;
import dev.headgate.engine.LogReader;
import dev.headgate.engine.QueueReader;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.ReaderSpec.InitialPosition;
import dev.headgate.engine.TopicAdmin.TopicSettings;
import dev.headgate.engine.TopicName;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What is not claimed is refused, and what is claimed is there: D40. */
abstract class CapabilityRules extends ConformanceRules {
  @Test
  void D40_readersAreOfTheKindThatIsClaimed() {
    Engine engine = engine("node-1");
    Set<Capability> claimed = engine.capabilities();

    EngineReader reader = idle("reader", engine, spec(topic(engine, 1), group())).reader();

    if (reader instanceof LogReader) {
      assertThat(claimed).contains(Capability.LOG);
    }
    if (reader instanceof QueueReader) {
      assertThat(claimed).contains(Capability.QUEUE);
    }
  }

  /** Else an adapter with queue readers alone would skip nearly all, and look certified. */
  @Test
  void D40_engineHasReadersThatThisKitCanCertify() {
    assertThat(engine("node-1").capabilities())
        .as("claims; this kit has rules for log readers only")
        .contains(Capability.LOG);
  }

  @Test
  void D40_capabilitiesDoNotChange() {
    Engine engine = engine("node-1");

    assertThat(engine.capabilities()).isEqualTo(engine.capabilities());
    assertThat(engine("node-2").capabilities()).isEqualTo(engine.capabilities());
  }

  @Test
  void D40_facetsArePresentExactlyWhenClaimed() {
    Engine engine = engine("node-1");

    assertThat(engine.delay().isPresent())
        .as("delay facet")
        .isEqualTo(engine.capabilities().contains(Capability.CANCEL_DELAY));
    assertThat(engine.transactions().isPresent())
        .as("transaction facet")
        .isEqualTo(engine.capabilities().contains(Capability.TRANSACTIONS));
    if (engine.capabilities().contains(Capability.CANCEL_DELAY)) {
      assertThat(engine.capabilities()).contains(Capability.DELAY);
    }
  }

  @Test
  void D40_unclaimedDelayIsRefusedBeforeAnythingIsStored() {
    Engine engine = engineWithout(Capability.DELAY);
    TopicName topic = topic(engine, 1);

    refused(
        engine,
        Capability.DELAY,
        await.failure(
            engine.append(topic, Messages.delayed("m", Instant.now().plusSeconds(1)), unordered()),
            "append of a delayed message"));

    needs(engine, Capability.LOG);
    append(engine, topic, Messages.text("plain"));
    assertThat(reading("reader", engine, spec(topic, group())).awaitReceived(1))
        .extracting(Received::body)
        .containsExactly("plain");
  }

  @Test
  void D40_unclaimedOrderIsRefused() {
    Engine engine = engineWithout(Capability.ORDERED);
    TopicName topic = topic(engine, 1);

    refused(
        engine,
        Capability.ORDERED,
        await.failure(
            engine.append(topic, Messages.keyed("k", "m"), inOrder()), "append in order"));
    refused(
        engine, Capability.ORDERED, catchThrowable(() -> open(engine, ordered(topic, group()))));
  }

  @Test
  void D40_unclaimedTagFilterIsRefused() {
    Engine engine = engineWithout(Capability.FILTER_TAG);
    ReaderSpec spec = filtered(topic(engine, 1), new Filter.Tags(Set.of("a")));

    refused(engine, Capability.FILTER_TAG, catchThrowable(() -> open(engine, spec)));
  }

  @Test
  void D40_unclaimedFilterExpressionIsRefused() {
    Engine engine = engineWithout(Capability.FILTER_EXPRESSION);
    ReaderSpec spec = filtered(topic(engine, 1), new Filter.Expression("a = 1"));

    refused(engine, Capability.FILTER_EXPRESSION, catchThrowable(() -> open(engine, spec)));
  }

  @Test
  void D40_unclaimedSeekIsRefused() {
    Engine engine = engineWithout(Capability.SEEK);
    TopicName topic = topic(engine, 1);

    refused(
        engine,
        Capability.SEEK,
        await.failure(engine.topics().offsetsAt(topic, Instant.now()), "offsets by time"));
    refused(
        engine,
        Capability.SEEK,
        await.failure(engine.topics().seek(topic, group(), Map.of()), "seek"));
  }

  @Test
  void D40_unclaimedTopicAdministrationIsRefused() {
    Engine engine = engineWithout(Capability.TOPIC_ADMIN);
    TopicName topic = new TopicName("kit-" + unique());

    refused(
        engine,
        Capability.TOPIC_ADMIN,
        await.failure(
            engine.topics().ensure(topic, new TopicSettings(1, false, Map.of())), "ensure"));
    refused(engine, Capability.TOPIC_ADMIN, await.failure(engine.topics().delete(topic), "delete"));
  }

  @Test
  void engineTellsItsNameAndItsHealth() {
    Engine engine = engine("node-1");
    topic(engine, 1);

    assertThat(engine.name()).matches("[a-z][a-z0-9-]*");
    await.until(() -> engine.health().reachable(), "a cluster that is reachable");
    assertThat(engine.health().detail()).isNotBlank();
  }

  private Engine engineWithout(Capability capability) {
    Engine engine = engine("node-1");
    Assumptions.assumeFalse(
        engine.capabilities().contains(capability), () -> capability + " is claimed");
    return engine;
  }

  private void open(Engine engine, ReaderSpec spec) {
    idle("reader", engine, spec);
  }

  private ReaderSpec filtered(TopicName topic, Filter filter) {
    return new ReaderSpec(topic, group(), false, InitialPosition.EARLIEST, filter, false);
  }

  private static void refused(Engine engine, Capability capability, @Nullable Throwable thrown) {
    assertThat(thrown)
        .as("refusal of %s, which is not claimed", capability)
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(engine.name())
        .hasMessageContaining(capability.name());
    if (thrown instanceof EngineException refusal) {
      assertThat(refusal.kind()).isEqualTo(Kind.UNSUPPORTED);
    }
  }
}
