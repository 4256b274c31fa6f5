package dev.headgate.server.plugin;

import dev.headgate.engine.EngineProvider;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Loads adapters from {@code <folder>/<name>/*.jar}. Each folder gets a class loader of its own
 * that sees the JDK, the engine SPI, slf4j and JSpecify, and is never closed: an adapter lives as
 * long as the process.
 */
public final class PluginLoader {
  private PluginLoader() {}

  /** Loads every folder; never throws for what is wrong with one of them. */
  public static Plugins load(Path folder) {
    SortedMap<String, EngineProvider> providers = new TreeMap<>();
    Map<String, String> faults = new LinkedHashMap<>();
    if (!Files.isDirectory(folder)) {
      faults.put(folder.toString(), "there is no such folder");
      return new Plugins(providers, faults);
    }
    ApiClassLoader api = new ApiClassLoader(PluginLoader.class.getClassLoader());
    for (Path plugin : children(folder, "")) {
      String name = String.valueOf(plugin.getFileName());
      if (Files.isDirectory(plugin) && !name.startsWith(".")) {
        try {
          loadOne(plugin, api, providers);
        } catch (PluginException e) {
          faults.put(name, e.getMessage());
        }
      }
    }
    return new Plugins(providers, faults);
  }

  private static void loadOne(
      Path folder, ApiClassLoader api, Map<String, EngineProvider> providers) {
    List<Path> jars = children(folder, ".jar");
    if (jars.isEmpty()) {
      throw new PluginException(folder + " holds no jar (expected: the adapter's jars)", null);
    }
    ClassLoader loader = new URLClassLoader("plugin-" + folder.getFileName(), urls(jars), api);
    List<EngineProvider> found = new ArrayList<>();
    try {
      for (EngineProvider provider : ServiceLoader.load(EngineProvider.class, loader)) {
        requireCompatible(provider, folder);
        found.add(provider);
      }
    } catch (java.util.ServiceConfigurationError | LinkageError e) {
      throw new PluginException(folder + " is broken: " + e.getMessage(), e);
    }
    if (found.isEmpty()) {
      throw new PluginException(
          folder
              + " has no adapter (expected: META-INF/services/"
              + EngineProvider.class.getName()
              + " in one of its jars)",
          null);
    }
    for (EngineProvider provider : found) {
      if (providers.containsKey(provider.name())) {
        throw new PluginException(
            folder + " brings engine '" + provider.name() + "', which another folder has too",
            null);
      }
      providers.put(provider.name(), provider);
    }
  }

  private static void requireCompatible(EngineProvider provider, Path folder) {
    int version = provider.spiVersion();
    if (version != EngineProvider.SPI_VERSION) {
      throw new PluginException(
          "%s was built against version %d of the engine SPI (expected: %d): install the adapter's release for this gateway"
              .formatted(folder, version, EngineProvider.SPI_VERSION),
          null);
    }
  }

  private static List<Path> children(Path folder, String suffix) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    } catch (IOException e) {
      throw new PluginException(folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static URL[] urls(List<Path> jars) {
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      try {
        urls[i] = jars.get(i).toUri().toURL();
      } catch (MalformedURLException e) {
        throw new PluginException(jars.get(i) + " cannot be read: " + e.getMessage(), e);
      }
    }
    return urls;
  }
}
