package dev.headgate.engine.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.EngineContext;
import dev.headgate.engine.EngineSettings;
import dev.headgate.engine.Filter;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.ReaderListener;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.ReaderSpec.InitialPosition;
import dev.headgate.engine.TopicAdmin.TopicSettings;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A member that dies with its queues locked. */
class MemberCrashTest {
  @RegisterExtension static final RocketMqCluster CLUSTER = new RocketMqCluster();

  private static final Duration SECONDS_NOT_MINUTES = Duration.ofSeconds(15);

  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final TopicName topic = new TopicName("crash-" + UUID.randomUUID());
  private final GroupName group = new GroupName("crash-" + UUID.randomUUID());
  private final BlockingQueue<OwnedPartition> assigned = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
  }

  @Test
  void D20_locksOfADeadMemberAreTakenOverWithinSeconds() throws Exception {
    try (RocketMqEngine engine =
        CLUSTER.open(new EngineContext("living", InstantSource.system(), scheduler))) {
      engine
          .topics()
          .ensure(topic, new TopicSettings(2, false, Map.of()))
          .toCompletableFuture()
          .get(20, TimeUnit.SECONDS);
      Remote doomed =
          new Remote(
              RocketMqSettings.of(
                  new EngineSettings("doomed", "", Map.of("nameServers", CLUSTER.nameServer()))),
              "doomed");
      lockAsMember(doomed, "aaa@headgate", new Queue("broker-a", 0));

      engine.openReader(
          new ReaderSpec(topic, group, false, InitialPosition.EARLIEST, Filter.all(), false),
          new Listener());
      assertThat(next().partition().id()).as("the share beside the doomed").isEqualTo("broker-a:1");

      // The connection ends, and nothing has been unlocked: as when its process is killed.
      doomed.close();

      assertThat(next().partition().id()).isEqualTo("broker-a:0");
    }
  }

  private void lockAsMember(Remote remote, String member, Queue queue) throws Exception {
    BrokerCalls calls = new BrokerCalls(remote, Duration.ofSeconds(3), new RecentAppends());
    String broker = CLUSTER.broker().broker();
    String members = DerivedNames.members(topic, group);
    calls.ensureGroup(broker, members).get(20, TimeUnit.SECONDS);
    new Memberships(remote, calls, member, Duration.ofSeconds(10))
        .join(members, new Doomed(topic, Set.of(broker)))
        .get(20, TimeUnit.SECONDS);
    assertThat(calls.lock(broker, members, member, topic, Set.of(queue)).get(20, TimeUnit.SECONDS))
        .containsExactly(queue);
  }

  private OwnedPartition next() throws InterruptedException {
    OwnedPartition partition = assigned.poll(SECONDS_NOT_MINUTES.toMillis(), TimeUnit.MILLISECONDS);
    if (partition == null) {
      throw new AssertionError("nothing assigned within " + SECONDS_NOT_MINUTES);
    }
    return partition;
  }

  private record Doomed(TopicName topic, Set<String> brokers) implements Memberships.Membership {
    @Override
    public void membersChanged() {}

    @Override
    public void brokerAway(String address) {}

    @Override
    public void brokerBack(String address) {}

    @Override
    public void tick() {}
  }

  private final class Listener implements ReaderListener {
    @Override
    public void assigned(OwnedPartition partition) {
      assigned.add(partition);
    }

    @Override
    public CompletionStage<Void> revoked(OwnedPartition partition) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void lost(OwnedPartition partition) {}
  }
}
