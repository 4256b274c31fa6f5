package dev.headgate.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.Filter;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Message;
import dev.headgate.engine.Position;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.ReaderSpec.InitialPosition;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What the rules of all themes share: engines, topics and members that end with the test. A test
 * that hangs is ended and fails.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ConformanceRules {
  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
  private final List<Engine> engines = new ArrayList<>();
  private final List<Member> members = new ArrayList<>();

  Await await = new Await(Duration.ZERO);

  /** The adapter's. */
  abstract EngineHarness harness();

  @BeforeEach
  final void begin() {
    await = new Await(harness().patience());
  }

  @AfterEach
  final void end() {
    members.forEach(Member::close);
    engines.forEach(Engine::close);
    scheduler.shutdownNow();
    assertThat(members.stream().flatMap(member -> member.breaches().stream()))
        .as("rules that were broken while members read")
        .isEmpty();
  }

  /** Opens the engine of a node. */
  final Engine engine(String node) {
    Engine engine = harness().open(new EngineContext(node, InstantSource.system(), scheduler));
    engines.add(engine);
    return engine;
  }

  /** The test does not concern an adapter that does not claim the capability. */
  final void needs(Engine engine, Capability capability) {
    Assumptions.assumeTrue(engine.capabilities().contains(capability), () -> "needs " + capability);
  }

  /** An engine that claims the capability, else the test is skipped. */
  final Engine engineWith(Capability... capabilities) {
    Engine engine = engine("node-1");
    for (Capability capability : capabilities) {
      needs(engine, capability);
    }
    return engine;
  }

  /** A fresh topic. */
  final TopicName topic(Engine engine, int partitions) {
    return topic(engine, partitions, TopicUse.PLAIN);
  }

  /** A fresh topic for a use. */
  final TopicName topic(Engine engine, int partitions, TopicUse use) {
    TopicName topic = new TopicName("kit-" + unique());
    harness().createTopic(engine, topic, partitions, use);
    return topic;
  }

  /** A fresh group. */
  final GroupName group() {
    return new GroupName("kit-group-" + unique());
  }

  final ReaderSpec spec(TopicName topic, GroupName group) {
    return new ReaderSpec(topic, group, false, InitialPosition.EARLIEST, Filter.all(), false);
  }

  final ReaderSpec ordered(TopicName topic, GroupName group) {
    return new ReaderSpec(topic, group, true, InitialPosition.EARLIEST, Filter.all(), false);
  }

  /** Joins a member that reads all it can. */
  final Member reading(String name, Engine engine, ReaderSpec spec) {
    return member(name, engine, spec, true, new OwnershipLedger());
  }

  /** Joins a member that fetches nothing by itself. */
  final Member idle(String name, Engine engine, ReaderSpec spec) {
    return member(name, engine, spec, false, new OwnershipLedger());
  }

  /** Joins a member; those of one ledger must never own a partition together. */
  final Member member(
      String name, Engine engine, ReaderSpec spec, boolean pumping, OwnershipLedger ledger) {
    Member member = new Member(name, engine, spec, await, pumping, ledger);
    members.add(member);
    return member;
  }

  final AppendOptions unordered() {
    return new AppendOptions(false, deadline());
  }

  final AppendOptions inOrder() {
    return new AppendOptions(true, deadline());
  }

  private long deadline() {
    return System.nanoTime() + harness().patience().toNanos();
  }

  /** Appends and waits for the acknowledgement. */
  final Position append(Engine engine, TopicName topic, Message message) {
    return await.value(engine.append(topic, message, unordered()), "append to " + topic);
  }

  /** Appends bodies {@code prefix-0} and so on, one after another; returns their positions. */
  final List<Position> appendInTurn(Engine engine, TopicName topic, String prefix, int count) {
    List<Position> positions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      positions.add(append(engine, topic, Messages.text(prefix + "-" + i)));
    }
    return positions;
  }

  /** Appends bodies {@code prefix-0} and so on, all at once, and waits for the acknowledgements. */
  final List<String> appendMany(Engine engine, TopicName topic, String prefix, int count) {
    List<String> bodies = new ArrayList<>();
    List<CompletionStage<Position>> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      bodies.add(prefix + "-" + i);
      answers.add(engine.append(topic, Messages.text(prefix + "-" + i), unordered()));
    }
    answers.forEach(answer -> await.value(answer, "append to " + topic));
    return bodies;
  }

  static String unique() {
    return UUID.randomUUID().toString().substring(0, 13);
  }
}
