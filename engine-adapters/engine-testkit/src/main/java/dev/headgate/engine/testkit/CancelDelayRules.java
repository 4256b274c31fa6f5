package dev.headgate.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.Capability;
import dev.headgate.engine.DelayFacet;
import dev.headgate.engine.Engine;
import dev.headgate.engine.TopicName;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Delayed messages that are withdrawn: D30. */
abstract class CancelDelayRules extends ConformanceRules {
  @Test
  void D30_cancelledMessageNeverComes() {
    Engine engine = engineWith(Capability.LOG, Capability.CANCEL_DELAY);
    TopicName topic = topic(engine, 1, TopicUse.DELAYED);
    Member member = reading("reader", engine, spec(topic, group()));
    Instant dueAt = Instant.now().plus(harness().shortDelay()).plusSeconds(1);

    String handle = appendDelayed(engine, topic, "withdrawn", dueAt);
    boolean cancelled = cancel(engine, topic, handle);
    appendDelayed(engine, topic, "kept", dueAt.plusMillis(500));

    assertThat(cancelled).isTrue();
    assertThat(member.awaitReceived(1)).extracting(Received::body).containsExactly("kept");
  }

  @Test
  void D30_messageCanBeCancelledOnce() {
    Engine engine = engineWith(Capability.LOG, Capability.CANCEL_DELAY);
    TopicName topic = topic(engine, 1, TopicUse.DELAYED);
    String handle = appendDelayed(engine, topic, "m", Instant.now().plusSeconds(60));

    assertThat(cancel(engine, topic, handle)).isTrue();
    assertThat(cancel(engine, topic, handle)).isFalse();
  }

  @Test
  void D30_dueMessageCannotBeCancelled() {
    Engine engine = engineWith(Capability.LOG, Capability.CANCEL_DELAY);
    TopicName topic = topic(engine, 1, TopicUse.DELAYED);
    Member member = reading("reader", engine, spec(topic, group()));
    Instant dueAt = Instant.now().plus(harness().shortDelay());
    String handle = appendDelayed(engine, topic, "m", dueAt);

    member.awaitReceived(1);

    assertThat(cancel(engine, topic, handle)).isFalse();
  }

  @Test
  void D30_unknownHandleCancelsNothing() {
    Engine engine = engineWith(Capability.LOG, Capability.CANCEL_DELAY);
    TopicName topic = topic(engine, 1, TopicUse.DELAYED);
    TopicName other = topic(engine, 1, TopicUse.DELAYED);
    Member member = reading("reader", engine, spec(topic, group()));
    Instant dueAt = Instant.now().plus(harness().shortDelay()).plusSeconds(1);
    String handle = appendDelayed(engine, topic, "m", dueAt);

    assertThat(cancel(engine, topic, "no handle")).isFalse();
    assertThat(cancel(engine, other, handle)).isFalse();

    assertThat(member.awaitReceived(1)).extracting(Received::body).containsExactly("m");
  }

  @Test
  void D30_messageCanBeCancelledThroughAnotherNode() {
    Engine engine = engineWith(Capability.LOG, Capability.CANCEL_DELAY);
    TopicName topic = topic(engine, 1, TopicUse.DELAYED);
    Member member = reading("reader", engine, spec(topic, group()));
    Instant dueAt = Instant.now().plus(harness().shortDelay()).plusSeconds(1);
    String handle = appendDelayed(engine, topic, "withdrawn", dueAt);
    appendDelayed(engine, topic, "kept", dueAt.plusMillis(500));

    assertThat(cancel(engine("node-2"), topic, handle)).isTrue();

    assertThat(member.awaitReceived(1)).extracting(Received::body).containsExactly("kept");
  }

  @Test
  void D30_handleIsShortPrintableAscii() {
    Engine engine = engineWith(Capability.CANCEL_DELAY);
    TopicName topic = topic(engine, 1, TopicUse.DELAYED);

    String handle = appendDelayed(engine, topic, "m", Instant.now().plusSeconds(60));

    assertThat(handle).matches("[ -~]{1,1024}");
  }

  private String appendDelayed(Engine engine, TopicName topic, String body, Instant dueAt) {
    return await.value(
        facet(engine).appendDelayed(topic, Messages.delayed(body, dueAt), unordered()),
        "append of a delayed message");
  }

  private boolean cancel(Engine engine, TopicName topic, String handle) {
    return await.value(facet(engine).cancel(topic, handle, unordered()), "cancel");
  }

  private static DelayFacet facet(Engine engine) {
    return engine
        .delay()
        .orElseThrow(() -> new AssertionError("CANCEL_DELAY is claimed without a facet"));
  }
}
