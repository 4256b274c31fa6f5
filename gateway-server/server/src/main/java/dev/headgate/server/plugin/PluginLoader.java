package dev.headgate.server.plugin;

import dev.headgate.engine.Capability;
import dev.headgate.engine.EngineProvider;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarFile;
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
    Map<String, Path> folders = new HashMap<>();
    for (Path plugin : children(folder, "")) {
      String name = String.valueOf(plugin.getFileName());
      if (Files.isDirectory(plugin) && !name.startsWith(".")) {
        try {
          for (EngineProvider provider : loadOne(plugin, api)) {
            add(provider, plugin, providers, folders);
          }
        } catch (PluginException e) {
          faults.put(name, e.getMessage());
        }
      } else if (name.endsWith(".jar")) {
        faults.put(name, plugin + " lies outside a folder (expected: " + folder + "/<name>/*.jar)");
      }
    }
    return new Plugins(providers, faults);
  }

  private static List<EngineProvider> loadOne(Path folder, ApiClassLoader api) {
    List<Path> jars = children(folder, ".jar");
    if (jars.isEmpty()) {
      throw new PluginException(
          folder + " holds no jar (expected: the adapter's jars, in no folder below)", null);
    }
    jars.forEach(PluginLoader::requireReadable);
    ClassLoader loader = new URLClassLoader("plugin-" + folder.getFileName(), urls(jars), api);
    List<EngineProvider> found = new ArrayList<>();
    try {
      for (EngineProvider provider : ServiceLoader.load(EngineProvider.class, loader)) {
        requireCompatible(provider, folder);
        requireAnswers(provider, folder);
        found.add(provider);
      }
    } catch (PluginException e) {
      throw e;
    } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
      throw new PluginException(folder + " is broken: " + AdapterDefect.text(e), e);
    }
    if (found.isEmpty()) {
      throw new PluginException(
          folder
              + " has no adapter (expected: META-INF/services/"
              + EngineProvider.class.getName()
              + " in one of its jars)",
          null);
    }
    return found;
  }

  private static void add(
      EngineProvider provider,
      Path folder,
      Map<String, EngineProvider> providers,
      Map<String, Path> folders) {
    Path earlier = folders.putIfAbsent(provider.name(), folder);
    if (earlier != null) {
      throw new PluginException(
          "%s brings engine '%s', which %s has too (expected: one of the two folders)"
              .formatted(folder, provider.name(), earlier),
          null);
    }
    providers.put(provider.name(), provider);
  }

  /** A class loader passes over a file that is no jar, and what was in it is missing later on. */
  private static void requireReadable(Path jar) {
    try {
      new JarFile(jar.toFile()).close();
    } catch (IOException e) {
      throw new PluginException(
          jar + " is no jar, or not a whole one: " + e.getMessage() + " (copy it again)", e);
    }
  }

  /** Asks here what others rely on, so that a defect stays with the folder that it came from. */
  private static void requireAnswers(EngineProvider provider, Path folder) {
    String adapter = folder + " is broken: " + provider.getClass().getName();
    String name = provider.name();
    if (name == null || name.isBlank()) {
      throw new PluginException(adapter + ".name() says nothing (expected: a name)", null);
    }
    Set<Capability> capabilities = provider.capabilities();
    if (capabilities == null) {
      throw new PluginException(adapter + ".capabilities() is null (expected: a set)", null);
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
