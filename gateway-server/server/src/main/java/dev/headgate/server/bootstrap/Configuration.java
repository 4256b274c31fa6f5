package dev.headgate.server.bootstrap;

import dev.headgate.engine.Engine;
import dev.headgate.server.config.ConfigException;
import dev.headgate.server.config.ConfigSource;
import dev.headgate.server.config.ConfigYaml;
import dev.headgate.server.config.GatewayConfig;
import dev.headgate.server.config.ReloadRules;
import dev.headgate.server.http.Reloading;
import dev.headgate.server.routing.PatternRouteTable;
import dev.headgate.server.routing.RouteTable;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration in force, and its routes as an immutable snapshot that is replaced whole. A new
 * one that cannot be used is refused, and the old one stays. Thread-safe.
 */
final class Configuration implements Reloading {
  private static final Logger log = LoggerFactory.getLogger(Configuration.class);

  private final ConfigSource source;
  private final Map<String, Engine> engines;
  private volatile GatewayConfig inForce;
  private volatile RouteTable routes;
  private volatile IntSupplier apply = () -> 0;

  Configuration(GatewayConfig config, ConfigSource source, Map<String, Engine> engines) {
    this.source = source;
    this.engines = engines;
    this.inForce = config;
    this.routes = new PatternRouteTable(config.topics(), config.groups(), engines);
  }

  /** The routes of now. */
  RouteTable routes() {
    return routes;
  }

  /** What to do when routes have changed; returns how many subscriptions have changed with them. */
  void onChange(IntSupplier change) {
    apply = change;
  }

  /** The configuration in force, in YAML, without secrets. */
  String yaml() {
    return ConfigYaml.of(inForce);
  }

  @Override
  public synchronized Answer reload() {
    GatewayConfig next;
    try {
      next = source.load();
    } catch (ConfigException e) {
      return refused(List.of(String.valueOf(e.getMessage()).split("\n", -1)));
    }
    List<String> needRestart = ReloadRules.needRestart(inForce, next);
    if (!needRestart.isEmpty()) {
      return refused(needRestart);
    }
    boolean same = next.topics().equals(inForce.topics()) && next.groups().equals(inForce.groups());
    if (same) {
      log.info("configuration reloaded: nothing has changed");
      return new Answer(true, List.of("nothing has changed"));
    }
    String change =
        "topic patterns: %d (before: %d), group patterns: %d (before: %d)"
            .formatted(
                next.topics().size(),
                inForce.topics().size(),
                next.groups().size(),
                inForce.groups().size());
    routes = new PatternRouteTable(next.topics(), next.groups(), engines);
    inForce = next;
    String affected = "open subscriptions that changed: " + apply.getAsInt();
    log.info("configuration reloaded: {}; {}", change, affected);
    return new Answer(true, List.of(change, affected));
  }

  private static Answer refused(List<String> faults) {
    log.warn("configuration refused, the one in force stays:\n  {}", String.join("\n  ", faults));
    return new Answer(false, faults);
  }
}
