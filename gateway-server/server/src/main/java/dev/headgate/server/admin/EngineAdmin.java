package dev.headgate.server.admin;

import dev.headgate.engine.Engine;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.TopicAdmin;
import dev.headgate.engine.TopicAdmin.TopicDescription;
import dev.headgate.engine.TopicAdmin.TopicSettings;
import dev.headgate.engine.TopicName;
import dev.headgate.server.consume.GroupSeek;
import dev.headgate.server.consume.SeekTarget;
import dev.headgate.server.consume.SubscriptionRegistry;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.error.Stages;
import dev.headgate.server.routing.Glob;
import dev.headgate.server.routing.Route;
import dev.headgate.server.routing.TopicRouting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers operators from the engines' own administration and this node's subscriptions. */
public final class EngineAdmin implements AdminService {
  /** Retry and dead-letter topics, of the gateway and of native clients, begin so. */
  private static final String INTERNAL_PREFIX = "%";

  private final Map<String, Engine> engines;
  private final TopicRouting routing;
  private final GroupSeek groupSeek;
  private final GroupLag groupLag;
  private final NodeDrain nodeDrain;
  private final Supplier<String> config;

  /**
   * Over the engines by cluster, which outlive this.
   *
   * @param engines by cluster
   * @param routing names and routes
   * @param subscriptions what this node serves at the moment
   * @param nodeDrain the drain of this node
   * @param config the configuration in force
   */
  public EngineAdmin(
      Map<String, Engine> engines,
      TopicRouting routing,
      SubscriptionRegistry subscriptions,
      NodeDrain nodeDrain,
      Supplier<String> config) {
    this.config = config;
    this.engines = Map.copyOf(engines);
    this.routing = routing;
    this.groupSeek = subscriptions.groupSeek();
    this.groupLag = new GroupLag(subscriptions);
    this.nodeDrain = nodeDrain;
  }

  @Override
  public CompletionStage<List<TopicView>> listTopics(@Nullable String pattern, boolean internal) {
    return Stages.guarded(
        "topics",
        () -> {
          Glob glob = glob(pattern);
          return routed(internal)
              .thenCompose(
                  topics ->
                      Stages.all(
                          topics.stream()
                              .filter(topic -> glob.matches(topic.name().value()))
                              .map(EngineAdmin::view)
                              .toList()))
              .thenApply(
                  views ->
                      views.stream()
                          .flatMap(Optional::stream)
                          .sorted(Comparator.comparing(view -> view.topic().value()))
                          .toList());
        });
  }

  @Override
  public CompletionStage<TopicView> describeTopic(String topic) {
    return Stages.guarded("topic '" + topic + "'", () -> existing(routedTopic(topic)));
  }

  @Override
  public CompletionStage<TopicView> createTopic(
      String topic, int partitions, @Nullable Boolean ordered, Map<String, String> attributes) {
    return Stages.guarded(
        "topic '" + topic + "'",
        () -> {
          RoutedTopic routed = routedTopic(topic);
          boolean byRoute = routed.route().ordered();
          if (ordered != null && ordered != byRoute) {
            throw new GatewayException(
                ErrorCode.FAILED_PRECONDITION,
                "topic '%s': its route says ordered: %b; to change it, add an entry with ordered: %b under 'topics' in the gateway's configuration"
                    .formatted(topic, byRoute, ordered));
          }
          int count = partitions > 0 ? partitions : routed.route().partitions();
          return routed
              .admin()
              .ensure(routed.name(), new TopicSettings(count, byRoute, attributes))
              .thenCompose(done -> existing(routed));
        });
  }

  @Override
  public CompletionStage<Void> deleteTopic(String topic) {
    return Stages.guarded(
        "topic '" + topic + "'",
        () -> {
          RoutedTopic routed = routedTopic(topic);
          return existing(routed).thenCompose(view -> routed.admin().delete(routed.name()));
        });
  }

  @Override
  public CompletionStage<List<GroupView>> listGroups(
      @Nullable String topic, @Nullable String group) {
    return Stages.guarded(
        topic == null ? "groups" : "topic '" + topic + "'",
        () -> {
          Glob groups = glob(group);
          if (topic != null) {
            RoutedTopic routed = routedTopic(topic);
            return existing(routed)
                .thenCompose(view -> groupLag.of(routed.admin(), routed.name(), groups));
          }
          return routed(false)
              .thenCompose(
                  topics ->
                      Stages.all(
                          topics.stream()
                              .map(each -> groupLag.of(each.admin(), each.name(), groups))
                              .toList()))
              .thenApply(lists -> lists.stream().flatMap(List::stream).toList());
        });
  }

  @Override
  public CompletionStage<GroupView> seekGroup(
      String topic, String group, SeekTarget target, boolean dryRun, long deadlineNanos) {
    return Stages.guarded(
        "group '" + group + "' on topic '" + topic + "'",
        () -> {
          RoutedTopic routed = routedTopic(topic);
          GroupName name = routing.group(group);
          return existing(routed)
              .thenCompose(
                  view ->
                      dryRun
                          ? groupSeek.plan(topic, group, target)
                          : groupSeek.move(topic, group, target, deadlineNanos))
              .thenCompose(
                  offsets ->
                      groupLag
                          .of(routed.admin(), routed.name(), name)
                          .thenApply(view -> view.movedTo(offsets)));
        });
  }

  @Override
  public CompletionStage<String> config() {
    return Stages.guarded("config", () -> CompletableFuture.completedStage(config.get()));
  }

  @Override
  public CompletionStage<Drained> drain(@Nullable Duration grace) {
    return Stages.guarded("drain", () -> nodeDrain.drain(grace));
  }

  /** Every topic that lies on the engine that its route names. */
  private CompletionStage<List<RoutedTopic>> routed(boolean internal) {
    return Stages.all(engines.entrySet().stream().map(e -> routedOn(e, internal)).toList())
        .thenApply(lists -> lists.stream().flatMap(List::stream).toList());
  }

  private CompletionStage<List<RoutedTopic>> routedOn(
      Map.Entry<String, Engine> cluster, boolean internal) {
    return cluster
        .getValue()
        .topics()
        .list()
        .thenApply(
            names -> {
              List<RoutedTopic> topics = new ArrayList<>();
              for (TopicName name : names) {
                if (internal || !name.value().startsWith(INTERNAL_PREFIX)) {
                  routing
                      .find(name)
                      .filter(route -> route.cluster().equals(cluster.getKey()))
                      .ifPresent(route -> topics.add(new RoutedTopic(name, route)));
                }
              }
              return topics;
            });
  }

  private RoutedTopic routedTopic(String topic) {
    TopicName name = routing.topic(topic);
    return new RoutedTopic(name, routing.route(name));
  }

  private static CompletionStage<TopicView> existing(RoutedTopic topic) {
    return view(topic)
        .thenApply(
            view ->
                view.orElseThrow(
                    () ->
                        new GatewayException(
                            ErrorCode.UNKNOWN_TOPIC,
                            "topic '%s': cluster '%s' has no such topic"
                                .formatted(topic.name(), topic.route().cluster()))));
  }

  private static CompletionStage<Optional<TopicView>> view(RoutedTopic topic) {
    return topic
        .admin()
        .describe(topic.name())
        .thenApply(found -> found.map(description -> view(topic, description)));
  }

  private static TopicView view(RoutedTopic topic, TopicDescription description) {
    Route route = topic.route();
    return new TopicView(
        topic.name(),
        route.cluster(),
        route.engine().name(),
        description.partitions().size(),
        route.ordered(),
        route.maxMessageBytes());
  }

  private static Glob glob(@Nullable String pattern) {
    return pattern == null || pattern.isEmpty() ? Glob.ALL : new Glob(pattern);
  }

  private record RoutedTopic(TopicName name, Route route) {
    TopicAdmin admin() {
      return route.engine().topics();
    }
  }
}
