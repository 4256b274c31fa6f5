package dev.headgate.server.plugin;

import dev.headgate.engine.EngineProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The adapters that can be used, by name, and why others cannot. Immutable. A folder that cannot be
 * loaded harms nobody until a cluster asks for its engine.
 *
 * @param providers by the name that {@code clusters.*.engine} uses
 * @param faults why a folder, or a jar that lies outside one, was left out, by its name
 */
public record Plugins(SortedMap<String, EngineProvider> providers, Map<String, String> faults) {
  /** Copies both. */
  public Plugins {
    providers = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(providers));
    faults = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(faults));
  }

  /** Adapters that are on the caller's own class path: for tests and embedding. */
  public static Plugins of(EngineProvider... providers) {
    SortedMap<String, EngineProvider> byName = new TreeMap<>();
    for (EngineProvider provider : List.of(providers)) {
      byName.put(provider.name(), provider);
    }
    return new Plugins(byName, Map.of());
  }

  /**
   * The adapter of that name.
   *
   * @throws PluginException when there is none; the text says which there are
   */
  public EngineProvider provider(String engine) {
    EngineProvider provider = providers.get(engine);
    if (provider != null) {
      return provider;
    }
    String fault = faults.get(engine);
    if (fault != null) {
      throw new PluginException("engine '" + engine + "' cannot be used: " + fault, null);
    }
    StringBuilder text =
        new StringBuilder("engine: '").append(engine).append("' (expected: an engine plug-in; ");
    text.append(
        providers.isEmpty()
            ? "none is installed"
            : "installed: " + String.join(", ", providers.keySet()));
    faults.forEach(
        (folder, why) -> text.append("; '").append(folder).append("' left out: ").append(why));
    throw new PluginException(text.append(')').toString(), null);
  }
}
