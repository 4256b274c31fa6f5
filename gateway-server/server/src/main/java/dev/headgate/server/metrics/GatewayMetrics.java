package dev.headgate.server.metrics;

import static java.util.stream.Collectors.toSet;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The gateway's metrics, in Dropwizard's registry, by {@link Series}. Thread-safe. What is looked
 * up here is to be kept in a field by who uses it, save {@link #topic}, which is one look into a
 * map: nothing per message goes through the registry, allocates, or takes a lock.
 *
 * <p>A client can name any number of topics and groups; so only so many have labels of their own.
 */
public final class GatewayMetrics {
  /** Those that find no place; no topic and no group can be called so. */
  private static final String OTHER = "(other)";

  /** Requests that are no call. */
  public static final String PROTOCOL = "PROTOCOL";

  private record Pair(TopicName topic, GroupName group) {}

  private final MetricRegistry registry;
  private final Duration forgetAfter;
  private final Labelled<TopicName, TopicMetrics> topics;
  private final Labelled<Pair, GroupMetrics> groups;

  /** With the bounds of a node that states none. */
  public GatewayMetrics(MetricRegistry registry) {
    this(registry, MetricsConfig.DEFAULT);
  }

  /** Over a registry that outlives this. */
  public GatewayMetrics(MetricRegistry registry, MetricsConfig config) {
    this.registry = registry;
    this.forgetAfter = config.forgetAfter();
    this.topics =
        new Labelled<>(
            config.maxTopics(), topicMetrics(OTHER), topic -> topicMetrics(topic.value()));
    this.groups =
        new Labelled<>(
            config.maxGroups(),
            groupMetrics(OTHER, OTHER),
            pair -> groupMetrics(pair.topic().value(), pair.group().value()));
  }

  /** The registry, for exporters. */
  public MetricRegistry registry() {
    return registry;
  }

  /** All series of a family of counters together. */
  public long total(MetricFamily family) {
    return registry.getCounters().entrySet().stream()
        .filter(
            entry -> {
              Series series = Series.parse(entry.getKey());
              return series != null && series.family() == family;
            })
        .mapToLong(entry -> entry.getValue().getCount())
        .sum();
  }

  // ------------------------------------------------------------------------------------------------ topics and groups

  /** Of the sends to a topic. */
  public TopicMetrics topic(TopicName topic) {
    return topics.get(topic);
  }

  /** The same, but a topic of which nothing was counted yet gets no labels of its own. */
  public TopicMetrics knownTopic(TopicName topic) {
    return topics.known(topic);
  }

  /** Of the sends to names that are no topics. */
  public TopicMetrics noTopic() {
    return topics.other();
  }

  /** Of a group on a topic. */
  public GroupMetrics group(TopicName topic, GroupName group) {
    return groups.get(new Pair(topic, group));
  }

  /** Frees the labels of what has been idle for long. To be called now and then. */
  public void forgetIdle(long nowMillis) {
    topics.forgetIdle(
        nowMillis,
        forgetAfter,
        idle -> forget(idle.stream().map(topic -> List.of(topic.value())).collect(toSet())));
    groups.forgetIdle(
        nowMillis,
        forgetAfter,
        idle ->
            forget(
                idle.stream()
                    .map(pair -> List.of(pair.topic().value(), pair.group().value()))
                    .collect(toSet())));
  }

  private TopicMetrics topicMetrics(String topic) {
    return new TopicMetrics(
        counter(MetricFamily.SENDS, topic),
        counter(MetricFamily.SENDS_INDETERMINATE, topic),
        register(Durations.ofSends(), MetricFamily.SEND_DURATION, topic),
        code -> counter(MetricFamily.SENDS_REFUSED, topic, code.name()));
  }

  private GroupMetrics groupMetrics(String topic, String group) {
    GroupMetrics metrics =
        new GroupMetrics(
            new GroupMetrics.Source() {
              @Override
              public Counter counter(MetricFamily family, String... moreLabels) {
                return registry.counter(
                    new Series(
                            family,
                            Stream.concat(Stream.of(topic, group), Stream.of(moreLabels)).toList())
                        .toString());
              }

              @Override
              public Durations durations(MetricFamily family) {
                return register(Durations.ofConsumption(), family, topic, group);
              }
            });
    registry.gauge(
        Series.of(MetricFamily.OLDEST_UNACKED, topic, group).toString(),
        () -> metrics::oldestSeconds);
    registry.gauge(Series.of(MetricFamily.LAG, topic, group).toString(), () -> metrics::lag);
    return metrics;
  }

  /** Takes away what belongs to these topics, or pairs of topic and group. */
  private void forget(Set<List<String>> scopes) {
    registry.removeMatching(
        (key, metric) -> {
          Series series = Series.parse(key);
          return series != null && scopes.contains(series.scope());
        });
  }

  // ------------------------------------------------------------------------------------------------ the node

  /** Messages prepared (D31). */
  public Counter transactionsPrepared() {
    return counter(MetricFamily.TRANSACTIONS, "prepared");
  }

  /** Prepared messages made visible; one that is committed twice counts twice. */
  public Counter transactionsCommitted() {
    return counter(MetricFamily.TRANSACTIONS, "committed");
  }

  /** Prepared messages discarded by their producers. */
  public Counter transactionsRolledBack() {
    return counter(MetricFamily.TRANSACTIONS, "rolled-back");
  }

  /** Prepared messages that nobody has answered for. */
  public Counter transactionsGivenUp() {
    return counter(MetricFamily.TRANSACTIONS, "given-up");
  }

  /** Checks that engines have asked for. */
  public Counter transactionChecks() {
    return counter(MetricFamily.TRANSACTION_CHECKS);
  }

  /** Connections closed for a protocol fault, by reason (D42). */
  public Counter refusedConnections(String reason) {
    return counter(MetricFamily.CONNECTIONS_REFUSED, reason);
  }

  /** Open client connections. */
  public Counter openConnections() {
    return counter(MetricFamily.CONNECTIONS_OPEN);
  }

  /** Calls answered with an error, by its code or {@link #PROTOCOL}. */
  public Counter failedCalls(String code) {
    return counter(MetricFamily.CALLS_FAILED, code);
  }

  /** Bytes of bodies held for consumers now (D22). */
  public Counter heldBytes() {
    return counter(MetricFamily.HELD_BYTES);
  }

  /** How many there may be. */
  public void heldBytesLimit(long bytes) {
    gauge(() -> bytes, MetricFamily.HELD_BYTES_LIMIT);
  }

  /** Bytes of requests held by the Thrift edge now (D22), asked for when they are exported. */
  public void requestBytes(LongSupplier held, long limit) {
    gauge(held, MetricFamily.REQUEST_BYTES);
    gauge(() -> limit, MetricFamily.REQUEST_BYTES_LIMIT);
  }

  /** Whether a cluster answers, asked for when it is exported. */
  public void cluster(String name, BooleanSupplier up) {
    gauge(() -> up.getAsBoolean() ? 1 : 0, MetricFamily.CLUSTER_UP, name);
  }

  /** Which node this is, and whether it drains. */
  public void node(String name, String version, BooleanSupplier draining) {
    gauge(() -> 1, MetricFamily.NODE, name, version);
    gauge(() -> draining.getAsBoolean() ? 1 : 0, MetricFamily.DRAINING);
  }

  // ------------------------------------------------------------------------------------------------ the registry

  private Counter counter(MetricFamily family, String... labels) {
    return registry.counter(Series.of(family, labels).toString());
  }

  private Durations register(Durations durations, MetricFamily family, String... labels) {
    return registry.register(Series.of(family, labels).toString(), durations);
  }

  private void gauge(LongSupplier value, MetricFamily family, String... labels) {
    registry.gauge(Series.of(family, labels).toString(), () -> value::getAsLong);
  }
}
