package dev.headgate.engine.rocketmq;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Capability;
import dev.headgate.engine.DelayFacet;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineHealth;
import dev.headgate.engine.EngineReader;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Message;
import dev.headgate.engine.Partition;
import dev.headgate.engine.Position;
import dev.headgate.engine.ReaderListener;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.TopicAdmin;
import dev.headgate.engine.TopicName;
import dev.headgate.engine.TransactionFacet;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One cluster of RocketMQ. */
final class RocketMqEngine implements Engine {
  static final String NAME = "rocketmq";
  private static final long LEAVING_MILLIS = 3_000;
  static final Set<Capability> CAPABILITIES =
      Set.of(
          Capability.ORDERED,
          Capability.LOG,
          Capability.SEEK,
          Capability.DELAY,
          Capability.CANCEL_DELAY,
          Capability.TRANSACTIONS,
          Capability.FILTER_TAG,
          Capability.FILTER_EXPRESSION,
          Capability.TOPIC_ADMIN);

  private final RocketMqSettings settings;
  private final Remote remote;
  private final RouteCache routes;
  private final BrokerCalls calls;
  private final Memberships memberships;
  private final Appender appender;
  private final DelayFacet delay;
  private final TransactionFacet transactions;
  private final RocketMqTopicAdmin topics;
  private final ClusterWatch watch;
  private final Map<TopicAndGroup, GroupReader> readers = new ConcurrentHashMap<>();
  private final Map<GroupAndPartition, Long> epochs = new ConcurrentHashMap<>();

  private record TopicAndGroup(TopicName topic, GroupName group) {}

  private record GroupAndPartition(GroupName group, Partition partition) {}

  RocketMqEngine(RocketMqSettings settings, String cluster, String node, InstantSource clock) {
    this.settings = settings;
    this.remote = new Remote(settings, "rocketmq-" + cluster);
    this.routes = new RouteCache(remote, settings.requestTimeout());
    RecentAppends recent = new RecentAppends();
    this.calls = new BrokerCalls(remote, settings.requestTimeout(), recent);
    this.memberships =
        new Memberships(
            remote, calls, node + "@" + settings.instanceName(), settings.heartbeatInterval());
    this.appender = new Appender(remote, routes, settings, recent);
    this.delay =
        new RecallingDelay(appender, routes, remote, calls, settings.requestTimeout(), clock);
    this.transactions = new HalfMessages(remote, routes, calls, settings, memberships.member());
    this.topics = new RocketMqTopicAdmin(remote, routes, calls, settings);
    this.watch = new ClusterWatch(remote, routes, settings.nameServers());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<Capability> capabilities() {
    return CAPABILITIES;
  }

  @Override
  public CompletionStage<Position> append(TopicName topic, Message message, AppendOptions options) {
    return appender.append(topic, message, options);
  }

  @Override
  public EngineReader openReader(ReaderSpec spec, ReaderListener listener) {
    if (remote.isClosed()) {
      throw Remote.closedFailure();
    }
    Expressions.check(spec.filter());
    TopicAndGroup key = new TopicAndGroup(spec.topic(), spec.group());
    GroupReader[] mine = new GroupReader[1];
    GroupReader reader =
        new GroupReader(
            spec,
            listener,
            remote,
            routes,
            calls,
            memberships,
            settings,
            partition ->
                epochs.merge(new GroupAndPartition(spec.group(), partition), 1L, Long::sum),
            () -> readers.remove(key, mine[0]));
    mine[0] = reader;
    if (readers.putIfAbsent(key, reader) != null) {
      throw new IllegalStateException(
          "topic '%s', group '%s': a reader is open already".formatted(spec.topic(), spec.group()));
    }
    reader.start();
    return reader;
  }

  @Override
  public TopicAdmin topics() {
    return topics;
  }

  @Override
  public Optional<DelayFacet> delay() {
    return Optional.of(delay);
  }

  @Override
  public Optional<TransactionFacet> transactions() {
    return Optional.of(transactions);
  }

  @Override
  public EngineHealth health() {
    return watch.health();
  }

  @Override
  public void close() {
    if (remote.isClosed()) {
      return;
    }
    CompletableFuture<?>[] leaving =
        readers.values().stream().map(GroupReader::closeNow).toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(leaving).get(LEAVING_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The brokers find out by themselves, a little later.
    }
    remote.refuse();
    appender.close();
    remote.close();
  }
}
