package dev.headgate.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.Bytes;
import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Header;
import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import dev.headgate.engine.TransactionFacet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Half messages: D31. */
abstract class TransactionRules extends ConformanceRules {
  @Test
  void D31_halfMessageIsSeenWhenItIsCommittedAndNotBefore() {
    Engine engine = engineWith(Capability.LOG, Capability.TRANSACTIONS);
    TopicName topic = topic(engine, 1, TopicUse.TRANSACTIONAL);
    Member member = reading("reader", engine, spec(topic, group()));
    member.awaitOwned(1);
    GroupName producers = group();

    String half = prepare(engine, topic, producers, "half");
    String marker = prepare(engine, topic, producers, "marker");
    end(engine, marker, true);
    member.awaitReceived(1);
    end(engine, half, true);

    assertThat(member.awaitReceived(2))
        .extracting(Received::body)
        .containsExactly("marker", "half");
  }

  @Test
  void D31_rolledBackMessageNeverComes() {
    Engine engine = engineWith(Capability.LOG, Capability.TRANSACTIONS);
    TopicName topic = topic(engine, 1, TopicUse.TRANSACTIONAL);
    Member member = reading("reader", engine, spec(topic, group()));
    GroupName producers = group();

    end(engine, prepare(engine, topic, producers, "rolled back"), false);
    end(engine, prepare(engine, topic, producers, "committed"), true);

    assertThat(member.awaitReceived(1)).extracting(Received::body).containsExactly("committed");
  }

  @Test
  void D31_outcomeCanBeToldTwice() {
    Engine engine = engineWith(Capability.LOG, Capability.TRANSACTIONS);
    TopicName topic = topic(engine, 1, TopicUse.TRANSACTIONAL);
    Member member = reading("reader", engine, spec(topic, group()));
    String half = prepare(engine, topic, group(), "m");

    end(engine, half, true);
    end(engine, half, true);

    assertThat(member.awaitReceived(1)).extracting(Received::body).containsOnly("m");
  }

  @Test
  void D31_rollbackCannotBeTakenBack() {
    Engine engine = engineWith(Capability.LOG, Capability.TRANSACTIONS);
    TopicName topic = topic(engine, 1, TopicUse.TRANSACTIONAL);
    Member member = reading("reader", engine, spec(topic, group()));
    GroupName producers = group();
    String half = prepare(engine, topic, producers, "rolled back");

    end(engine, half, false);
    await.end(facet(engine).end(half, true, unordered()), "commit after rollback");
    end(engine, prepare(engine, topic, producers, "committed"), true);

    assertThat(member.awaitReceived(1)).extracting(Received::body).containsExactly("committed");
  }

  @Test
  void D31_committedMessageArrivesByteForByte() {
    Engine engine = engineWith(Capability.LOG, Capability.TRANSACTIONS);
    TopicName topic = topic(engine, 1, TopicUse.TRANSACTIONAL);
    Member member = reading("reader", engine, spec(topic, group()));
    Message sent =
        Messages.message(
            Bytes.wrap(new byte[] {0, 1, 2, -1}),
            Bytes.utf8("key"),
            "tag",
            List.of(Header.of("b", "2"), Header.of("a", "1"), new Header("a", null)),
            null);

    String half = await.value(facet(engine).prepare(topic, group(), sent, inOrder()), "prepare");
    end(engine, half, true);

    assertThat(member.awaitReceived(1).get(0).message()).isEqualTo(sent);
  }

  @Test
  void D31_idThatIsNoneIsRefused() {
    Engine engine = engineWith(Capability.TRANSACTIONS);

    EngineException failure =
        await.failure(facet(engine).end("none", true, unordered()), "commit of nothing");

    assertThat(failure.kind()).isEqualTo(EngineException.Kind.INVALID_ARGUMENT);
  }

  @Test
  void D31_idIsShortPrintableAscii() {
    Engine engine = engineWith(Capability.TRANSACTIONS);
    TopicName topic = topic(engine, 1, TopicUse.TRANSACTIONAL);

    String half = prepare(engine, topic, group(), "m");

    assertThat(half).matches("[ -~]{1,4096}");
    end(engine, half, false);
  }

  @Test
  void D31_silentProducerIsAsked() throws Exception {
    Engine engine = engineWith(Capability.LOG, Capability.TRANSACTIONS);
    TopicName topic = topic(engine, 1, TopicUse.TRANSACTIONAL);
    Member member = reading("reader", engine, spec(topic, group()));
    GroupName producers = group();
    CompletableFuture<String> asked = new CompletableFuture<>();

    try (AutoCloseable listening =
        facet(engine)
            .onCheck(producers, (id, checked, message, attempt, last) -> asked.complete(id))) {
      assertThat(listening).isNotNull();
      prepare(engine, topic, producers, "m");
      end(engine, await.value(asked, "a check of a silent producer"), true);
    }

    assertThat(member.awaitReceived(1)).extracting(Received::body).containsOnly("m");
  }

  private String prepare(Engine engine, TopicName topic, GroupName producers, String body) {
    return await.value(
        facet(engine).prepare(topic, producers, Messages.text(body), unordered()), "prepare");
  }

  private void end(Engine engine, String id, boolean commit) {
    await.value(facet(engine).end(id, commit, unordered()), commit ? "commit" : "rollback");
  }

  private static TransactionFacet facet(Engine engine) {
    return engine
        .transactions()
        .orElseThrow(() -> new AssertionError("TRANSACTIONS is claimed without a facet"));
  }
}
