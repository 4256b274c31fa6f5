package dev.headgate.engine.rocketmq;

import dev.headgate.engine.EngineHealth;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.remoting.protocol.body.ClusterInfo;
import org.jspecify.annotations.Nullable;

/** Asks a name server every few seconds which brokers are up. */
final class ClusterWatch {
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final Remote remote;
  private final RouteCache routes;
  private final String nameServers;
  private volatile EngineHealth health;

  ClusterWatch(Remote remote, RouteCache routes, List<String> nameServers) {
    this.remote = remote;
    this.routes = routes;
    this.nameServers = String.join(", ", nameServers);
    this.health = new EngineHealth(false, "has not heard of name server " + this.nameServers);
    look();
  }

  EngineHealth health() {
    return remote.isClosed() ? new EngineHealth(false, "closed") : health;
  }

  private void look() {
    if (remote.isClosed()) {
      return;
    }
    routes
        .cluster()
        .whenComplete(
            (cluster, failure) -> {
              health = failure == null ? judge(cluster) : unreachable(failure);
              remote.schedule(INTERVAL, () -> remote.execute(this::look));
            });
  }

  private EngineHealth judge(ClusterInfo cluster) {
    Map<String, ?> brokers = cluster.getBrokerAddrTable();
    return brokers == null || brokers.isEmpty()
        ? new EngineHealth(false, "name server " + nameServers + " knows no broker")
        : new EngineHealth(
            true, "brokers " + String.join(", ", brokers.keySet().stream().sorted().toList()));
  }

  private EngineHealth unreachable(@Nullable Throwable failure) {
    return new EngineHealth(
        false,
        "name server %s: %s"
            .formatted(
                nameServers,
                failure == null ? "no answer" : BrokerAnswer.unwrap(failure).getMessage()));
  }
}
