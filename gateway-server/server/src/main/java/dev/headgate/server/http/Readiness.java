package dev.headgate.server.http;

import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineHealth;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the node can serve: it listens, it does not drain, and its clusters can be reached.
 * Thread-safe; asked anew each time.
 */
public final class Readiness {
  private final Supplier<@Nullable InetSocketAddress> listening;
  private final BooleanSupplier draining;
  private final Map<String, Engine> engines;

  /**
   * Over the parts of a node.
   *
   * @param listening where the Thrift port is open; null while it is not
   * @param draining whether a drain has begun
   * @param engines by cluster
   */
  public Readiness(
      Supplier<@Nullable InetSocketAddress> listening,
      BooleanSupplier draining,
      Map<String, Engine> engines) {
    this.listening = listening;
    this.draining = draining;
    this.engines = new TreeMap<>(engines);
  }

  /** All parts; of the clusters only the one that is named, unless that is null. */
  List<Check> checks(@Nullable String cluster) {
    List<Check> checks = new ArrayList<>();
    InetSocketAddress address = listening.get();
    checks.add(
        address == null
            ? new Check("listen", false, "the Thrift port is not open")
            : new Check(
                "listen", true, address.getAddress().getHostAddress() + ":" + address.getPort()));
    checks.add(
        draining.getAsBoolean()
            ? new Check("drain", false, "draining: takes no sends and hands out no leases")
            : new Check("drain", true, "none"));
    engines.forEach(
        (name, engine) -> {
          if (cluster == null || cluster.equals(name)) {
            EngineHealth health = engine.health();
            checks.add(new Check("cluster " + name, health.reachable(), health.detail()));
          }
        });
    return checks;
  }

  /** Whether there is such a cluster. */
  boolean knows(String cluster) {
    return engines.containsKey(cluster);
  }
}
