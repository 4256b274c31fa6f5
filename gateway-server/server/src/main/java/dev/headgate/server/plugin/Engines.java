package dev.headgate.server.plugin;

import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.EngineProvider;
import dev.headgate.engine.EngineSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open engines, by cluster. Opening does not wait for a broker. Owns them: closing closes all,
 * the last opened first, whatever one of them throws.
 */
public final class Engines implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Engines.class);

  private final Map<String, Engine> byCluster = new LinkedHashMap<>();

  private Engines() {}

  /**
   * Opens an engine for every cluster, or none.
   *
   * @throws PluginException when an adapter is missing or refuses its settings; the text names all
   *     clusters that failed, and the keys
   */
  public static Engines open(
      Collection<ClusterConfig> clusters, Plugins plugins, EngineContext context) {
    Engines engines = new Engines();
    List<String> faults = new ArrayList<>();
    for (ClusterConfig cluster : clusters) {
      try {
        engines.byCluster.put(cluster.name(), openOne(cluster, plugins, context));
      } catch (PluginException e) {
        log.debug("cluster {} cannot be opened", cluster.name(), e);
        faults.add((cluster.where().isEmpty() ? "" : cluster.where() + ": ") + e.getMessage());
      }
    }
    if (!faults.isEmpty()) {
      engines.close();
      throw new PluginException(String.join("\n", faults), null);
    }
    return engines;
  }

  private static Engine openOne(ClusterConfig cluster, Plugins plugins, EngineContext context) {
    String where = "clusters." + cluster.name() + ": ";
    EngineProvider provider;
    try {
      provider = plugins.provider(cluster.engine());
    } catch (PluginException e) {
      throw new PluginException(where + e.getMessage(), e);
    }
    // Broker libraries look up classes through the thread's loader, and threads that they start
    // inherit it.
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(provider.getClass().getClassLoader());
    try {
      Engine engine =
          provider.open(
              new EngineSettings(cluster.name(), cluster.dataCentre(), cluster.settings()),
              context);
      if (engine == null) {
        throw new IllegalStateException(
            provider.getClass().getName() + ".open() returned null (expected: an engine)");
      }
      return engine;
    } catch (IllegalArgumentException e) {
      throw new PluginException(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException | LinkageError e) {
      throw new PluginException(
          where + "engine '" + cluster.engine() + "' failed to open: " + AdapterDefect.text(e), e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** By cluster, in the order of the configuration. */
  public Map<String, Engine> byCluster() {
    return Collections.unmodifiableMap(byCluster);
  }

  @Override
  public void close() {
    List<Map.Entry<String, Engine>> entries = new ArrayList<>(byCluster.entrySet());
    Collections.reverse(entries);
    for (Map.Entry<String, Engine> entry : entries) {
      try {
        entry.getValue().close();
      } catch (RuntimeException e) {
        log.warn("engine of cluster {} did not close cleanly", entry.getKey(), e);
      }
    }
  }
}
