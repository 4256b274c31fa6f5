package dev.headgate.server.plugin;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Builds the folder of a plug-in from source text, as an adapter's author would. */
final class PluginSource {
  private final Map<String, String> sources = new LinkedHashMap<>();
  private String service = "";
  private String forgotten = "none";

  PluginSource withClass(String name, String text) {
    sources.put(name, text);
    return this;
  }

  PluginSource withService(String providerClass) {
    service = providerClass;
    return this;
  }

  /** A provider that says a name and a version, and whose engine says what {@code Version} says. */
  static PluginSource provider(String engineName, int spiVersion, String library) {
    return new PluginSource()
        .withClass(
            "lib.Version",
            "package lib; public class Version { public static final String TEXT = \""
                + library
                + "\".trim(); }")
        .withClass(
            "plugin.Provider",
            """
            package plugin;
            public class Provider implements dev.headgate.engine.EngineProvider {
              public String name() { return "%s"; }
              public java.util.Set<dev.headgate.engine.Capability> capabilities() {
                return java.util.Set.of(dev.headgate.engine.Capability.LOG);
              }
              public int spiVersion() { return %d; }
              public String toString() { return lib.Version.TEXT; }
              public dev.headgate.engine.Engine open(
                  dev.headgate.engine.EngineSettings settings, dev.headgate.engine.EngineContext context) {
                org.slf4j.LoggerFactory.getLogger(Provider.class).debug("opened");
                settings.required("nameServers");
                throw new IllegalStateException("no engine here");
              }
            }
            """
                .formatted(engineName, spiVersion))
        .withService("plugin.Provider");
  }

  /** A provider of engine {@code bad}, in which a method, or all of it, is as the text says. */
  static PluginSource provider(String member) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("name", "public String name() { return \"bad\"; }");
    members.put(
        "capabilities",
        "public java.util.Set<dev.headgate.engine.Capability> capabilities() { return java.util.Set.of(); }");
    members.put("spiVersion", "public int spiVersion() { return SPI_VERSION; }");
    members.put(
        "open",
        "public dev.headgate.engine.Engine open("
            + "dev.headgate.engine.EngineSettings s, dev.headgate.engine.EngineContext c)"
            + " { return null; }");
    members.keySet().removeIf(name -> member.contains(" " + name + "("));
    return new PluginSource()
        .withClass("lib.Driver", "package lib; public class Driver {}")
        .withClass(
            "plugin.Provider",
            "package plugin; public class Provider implements dev.headgate.engine.EngineProvider { "
                + String.join("\n", members.values())
                + member
                + " }")
        .withService("plugin.Provider");
  }

  /** As with a library whose jar was forgotten. */
  PluginSource without(String className) {
    forgotten = className.replace('.', '/') + ".class";
    return this;
  }

  /** Compiles, and writes one jar into the folder. */
  void buildInto(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path work = Files.createTempDirectory(folder.getParent(), ".work");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-proc:none", "-cp", System.getProperty("java.class.path"), "-d", work.toString()));
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = work.resolve("src").resolve(source.getKey().replace('.', '/') + ".java");
      Files.createDirectories(file.getParent());
      arguments.add(Files.writeString(file, source.getValue()).toString());
    }
    if (!sources.isEmpty()) {
      JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
      int failed = compiler.run(null, null, null, arguments.toArray(new String[0]));
      if (failed != 0) {
        throw new IOException("the plug-in's source does not compile");
      }
    }
    writeJar(folder.resolve("plugin.jar"), work);
  }

  private void writeJar(Path jar, Path classes) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        var found = Files.walk(classes)) {
      for (Path path : found.filter(this::isToBeShipped).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(path).toString()));
        Files.copy(path, out);
      }
      if (!service.isEmpty()) {
        out.putNextEntry(new JarEntry("META-INF/services/dev.headgate.engine.EngineProvider"));
        out.write(service.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private boolean isToBeShipped(Path path) {
    return path.toString().endsWith(".class") && !path.endsWith(forgotten);
  }
}
