package dev.headgate.engine.rocketmq;

import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.apache.rocketmq.remoting.protocol.body.ClusterInfo;
import org.apache.rocketmq.remoting.protocol.header.namesrv.GetRouteInfoRequestHeader;
import org.apache.rocketmq.remoting.protocol.route.TopicRouteData;
import org.jspecify.annotations.Nullable;

/**
 * Routes of topics, as told by the name servers at most 30 s ago. Thread-safe.
 *
 * <p>A name server forgets a topic together with its last living broker, so "no route" alone does
 * not mean that there is no such topic: only a cluster with all brokers of the last known route up
 * can say that. Until then the last route is kept, and callers are told that it is unavailable.
 */
final class RouteCache {
  static final Duration LIFETIME = Duration.ofSeconds(30);
  // A client that asks for a topic that is not there must not ask the name server each time.
  private static final Duration UNKNOWN_LIFETIME = Duration.ofSeconds(1);

  private static final int MAX_UNKNOWN = 1_024;

  private final Remote remote;
  private final Duration timeout;
  private final Map<TopicName, Route> routes = new ConcurrentHashMap<>();
  private final Map<TopicName, Long> unknownSince = new ConcurrentHashMap<>();
  private final Map<TopicName, CompletableFuture<Route>> lookups = new ConcurrentHashMap<>();

  RouteCache(Remote remote, Duration timeout) {
    this.remote = remote;
    this.timeout = timeout;
  }

  /** The last known route, however old; null when there is none. An old one is renewed behind. */
  @Nullable Route known(TopicName topic) {
    Route route = routes.get(topic);
    if (route != null && isOld(route)) {
      lookUp(topic);
    }
    return route;
  }

  /** A route of at most 30 s. Fails with UNKNOWN_TOPIC or UNAVAILABLE. */
  CompletableFuture<Route> get(TopicName topic) {
    Route route = routes.get(topic);
    if (route != null && !isOld(route)) {
      return CompletableFuture.completedFuture(route);
    }
    Long since = unknownSince.get(topic);
    if (since != null && System.nanoTime() - since < UNKNOWN_LIFETIME.toNanos()) {
      return CompletableFuture.failedFuture(BrokerAnswer.unknownTopic(topic));
    }
    return lookUp(topic);
  }

  /** Asks the name server now; those who ask meanwhile share the answer. */
  CompletableFuture<Route> lookUp(TopicName topic) {
    CompletableFuture<Route> mine = new CompletableFuture<>();
    CompletableFuture<Route> open = lookups.putIfAbsent(topic, mine);
    if (open != null) {
      return open;
    }
    GetRouteInfoRequestHeader header = new GetRouteInfoRequestHeader();
    header.setTopic(topic.value());
    header.setAcceptStandardJsonOnly(true);
    remote
        .call(null, RequestCode.GET_ROUTEINFO_BY_TOPIC, header, null, timeout)
        .thenCompose(response -> read(topic, response))
        .whenComplete(
            (route, failure) -> {
              lookups.remove(topic, mine);
              if (failure == null) {
                mine.complete(route);
              } else {
                mine.completeExceptionally(lookUpFailure(topic, failure));
              }
            });
    return mine;
  }

  /** All brokers that are up. */
  CompletableFuture<ClusterInfo> cluster() {
    return remote
        .call(null, RequestCode.GET_BROKER_CLUSTER_INFO, null, null, timeout)
        .thenApply(
            response -> {
              if (!BrokerAnswer.isSuccess(response)) {
                throw BrokerAnswer.requestFailure("brokers of the cluster", response);
              }
              return ClusterInfo.decode(response.getBody(), ClusterInfo.class);
            });
  }

  void forget(TopicName topic) {
    routes.remove(topic);
    unknownSince.remove(topic);
  }

  private CompletableFuture<Route> read(TopicName topic, RemotingCommand response) {
    if (BrokerAnswer.isSuccess(response)) {
      Route route =
          Route.of(
              topic,
              TopicRouteData.decode(response.getBody(), TopicRouteData.class),
              System.nanoTime());
      if (route.masters().isEmpty()) {
        // It exists: its brokers have slaves alone at the moment.
        throw noBroker(topic);
      }
      routes.put(topic, route.after(routes.get(topic)));
      unknownSince.remove(topic);
      return CompletableFuture.completedFuture(Objects.requireNonNull(routes.get(topic)));
    } else if (response.getCode() != ResponseCode.TOPIC_NOT_EXIST) {
      throw BrokerAnswer.requestFailure("route of topic '" + topic + "'", response);
    }
    return cluster().thenApply(cluster -> noRoute(topic, cluster));
  }

  private Route noRoute(TopicName topic, ClusterInfo cluster) {
    Map<String, ?> up = cluster.getBrokerAddrTable();
    Route last = routes.get(topic);
    if (up == null
        || up.isEmpty()
        || (last != null && !up.keySet().containsAll(last.masters().keySet()))) {
      throw noBroker(topic);
    }
    routes.remove(topic);
    noteUnknown(topic);
    throw BrokerAnswer.unknownTopic(topic);
  }

  private static EngineException noBroker(TopicName topic) {
    return new EngineException(
        Kind.UNAVAILABLE, "topic '%s': no broker that holds it is up".formatted(topic));
  }

  /** Callers choose the names: those that are asked for no more are forgotten. */
  private void noteUnknown(TopicName topic) {
    long now = System.nanoTime();
    if (unknownSince.size() >= MAX_UNKNOWN) {
      unknownSince.values().removeIf(since -> now - since > UNKNOWN_LIFETIME.toNanos());
    }
    unknownSince.put(topic, now);
  }

  private static EngineException lookUpFailure(TopicName topic, Throwable failure) {
    EngineException known = BrokerAnswer.unwrap(failure);
    // A question that got no answer has changed nothing.
    return known.mayHaveBeenApplied()
        ? new EngineException(
            Kind.UNAVAILABLE, "topic '%s': no name server answers".formatted(topic), known)
        : known;
  }

  private static boolean isOld(Route route) {
    return System.nanoTime() - route.takenNanos() > LIFETIME.toNanos();
  }
}
