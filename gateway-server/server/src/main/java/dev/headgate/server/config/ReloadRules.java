package dev.headgate.server.config;

import dev.headgate.server.plugin.ClusterConfig;
import java.util.ArrayList;
import java.util.List;

/** What of a configuration may change while a node runs: topics and groups. */
public final class ReloadRules {
  private ReloadRules() {}

  /** The sections that have changed and take effect at a restart only; empty when there is none. */
  public static List<String> needRestart(GatewayConfig inForce, GatewayConfig next) {
    List<String> changed = new ArrayList<>();
    compare("node", inForce.node(), next.node(), changed);
    compare("listen", inForce.listen(), next.listen(), changed);
    compare("admin", inForce.admin(), next.admin(), changed);
    compare("metrics", inForce.metrics(), next.metrics(), changed);
    compare("tracing", inForce.tracing(), next.tracing(), changed);
    compare("consume", inForce.consume(), next.consume(), changed);
    compare("clusters", plain(inForce), plain(next), changed);
    return changed;
  }

  /** Without the lines that they stand on. */
  private static List<ClusterConfig> plain(GatewayConfig config) {
    return config.clusters().stream()
        .map(
            cluster ->
                new ClusterConfig(
                    cluster.name(), cluster.engine(), cluster.dataCentre(), cluster.settings(), ""))
        .toList();
  }

  private static void compare(String section, Object inForce, Object next, List<String> changed) {
    if (!inForce.equals(next)) {
      changed.add(
          section
              + ": changed, and takes effect at a restart only (expected: as it is in force, or a restart)");
    }
  }
}
