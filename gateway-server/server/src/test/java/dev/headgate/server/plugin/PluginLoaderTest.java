package dev.headgate.server.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.engine.EngineContext;
import dev.headgate.engine.EngineProvider;
import dev.headgate.engine.memory.MemoryEngineProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PluginLoaderTest {
  @TempDir Path folder;

  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final EngineContext context =
      new EngineContext("test", InstantSource.system(), scheduler);

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
  }

  @Test
  void classesOfTwoPluginsNeverMeet() throws Exception {
    PluginSource.provider("one", 1, "library one").buildInto(folder.resolve("one"));
    PluginSource.provider("two", 1, "library two").buildInto(folder.resolve("two"));

    Plugins plugins = PluginLoader.load(folder);

    assertThat(plugins.faults()).isEmpty();
    assertThat(plugins.provider("one")).hasToString("library one");
    assertThat(plugins.provider("two")).hasToString("library two");
    assertThat(plugins.provider("one").getClass())
        .hasSameClassAs(plugins.provider("one").getClass())
        .isNotSameAs(plugins.provider("two").getClass());
  }

  @Test
  void pluginSeesTheSpiAndSlf4jAndNothingElseOfTheServer() throws Exception {
    PluginSource.provider("one", 1, "").buildInto(folder.resolve("one"));

    ClassLoader loader = PluginLoader.load(folder).provider("one").getClass().getClassLoader();

    assertThat(loader.loadClass("dev.headgate.engine.Engine"))
        .isSameAs(dev.headgate.engine.Engine.class);
    assertThat(loader.loadClass("org.slf4j.spi.LoggingEventBuilder")).isNotNull();
    for (String hidden :
        List.of(
            "dev.headgate.server.plugin.Plugins",
            "dev.headgate.engine.memory.MemoryEngineProvider",
            "com.google.common.collect.ImmutableList",
            "io.netty.channel.Channel",
            "ch.qos.logback.classic.Logger")) {
      assertThatThrownBy(() -> loader.loadClass(hidden)).isInstanceOf(ClassNotFoundException.class);
    }
    assertThat(loader.getResource("logback.xml")).isNull();
  }

  @Test
  void settingsThatTheAdapterRefusesAreTold() throws Exception {
    PluginSource.provider("one", 1, "").buildInto(folder.resolve("one"));
    ClusterConfig cluster = new ClusterConfig("main", "one", "", Map.of(), "headgate.yaml:7");

    assertThatThrownBy(() -> Engines.open(List.of(cluster), PluginLoader.load(folder), context))
        .isInstanceOf(PluginException.class)
        .hasMessage(
            "headgate.yaml:7: clusters.main.settings.nameServers: missing (expected: a value)");
  }

  @Test
  void incompatibleSpiIsRefused() throws Exception {
    PluginSource.provider("old", 99, "").buildInto(folder.resolve("old"));

    assertThatThrownBy(() -> PluginLoader.load(folder).provider("old"))
        .hasMessageContaining("engine 'old' cannot be used")
        .hasMessageContaining("version 99 of the engine SPI (expected: 1)");
  }

  @Test
  void brokenFoldersHarmNobodyElse() throws Exception {
    PluginSource.provider("good", 1, "").buildInto(folder.resolve("good"));
    Files.createDirectories(folder.resolve("empty"));
    new PluginSource().buildInto(folder.resolve("no-service"));
    new PluginSource().withService("plugin.Missing").buildInto(folder.resolve("no-class"));
    Files.writeString(
        Files.createDirectories(folder.resolve("no-jar")).resolve("x.jar"), "not a jar");

    Plugins plugins = PluginLoader.load(folder);

    assertThat(plugins.providers()).containsOnlyKeys("good");
    assertThat(plugins.faults())
        .hasEntrySatisfying("empty", fault -> assertThat(fault).contains("holds no jar"))
        .hasEntrySatisfying("no-service", fault -> assertThat(fault).contains("has no adapter"))
        .hasEntrySatisfying("no-class", fault -> assertThat(fault).contains("plugin.Missing"))
        .hasEntrySatisfying("no-jar", fault -> assertThat(fault).contains("x.jar is no jar"));
  }

  @Test
  void jarOutsideAFolderIsTold() throws Exception {
    PluginSource.provider("one", 1, "").buildInto(folder.resolve("one"));
    Files.move(folder.resolve("one").resolve("plugin.jar"), folder.resolve("one.jar"));

    assertThat(PluginLoader.load(folder).faults())
        .hasEntrySatisfying("one.jar", fault -> assertThat(fault).contains("<name>/*.jar"))
        .containsKey("one");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "public Provider() { throw new IllegalStateException(\"no licence\"); }",
        "public String name() { throw new IllegalStateException(\"no licence\"); }",
        "public int spiVersion() { throw new IllegalStateException(\"no licence\"); }",
        "public java.util.Set<dev.headgate.engine.Capability> capabilities() { throw new IllegalStateException(\"no licence\"); }",
      })
  void adapterThatThrowsHarmsNobodyElseAndItsReasonIsTold(String member) throws Exception {
    PluginSource.provider("good", 1, "").buildInto(folder.resolve("good"));
    PluginSource.provider(member).buildInto(folder.resolve("bad"));

    Plugins plugins = PluginLoader.load(folder);

    assertThat(plugins.providers()).containsOnlyKeys("good");
    assertThat(plugins.faults().get("bad")).endsWith("IllegalStateException: no licence");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "public String name() { return null; }",
        "public java.util.Set<dev.headgate.engine.Capability> capabilities() { return null; }",
      })
  void adapterThatSaysNothingHarmsNobodyElse(String member) throws Exception {
    PluginSource.provider("good", 1, "").buildInto(folder.resolve("good"));
    PluginSource.provider(member).buildInto(folder.resolve("bad"));

    Plugins plugins = PluginLoader.load(folder);

    assertThat(plugins.providers()).containsOnlyKeys("good");
    assertThat(plugins.faults().get("bad")).contains("plugin.Provider.").contains("(expected: a ");
  }

  @Test
  void missingLibraryIsNamedWhenTheAdapterIsLoaded() throws Exception {
    PluginSource.provider("private final lib.Driver driver = new lib.Driver();")
        .without("lib.Driver")
        .buildInto(folder.resolve("bad"));

    assertThat(PluginLoader.load(folder).faults().get("bad"))
        .contains("class lib.Driver is missing")
        .contains("all its libraries'");
  }

  @Test
  void missingLibraryIsNamedWhenTheEngineIsOpened() throws Exception {
    PluginSource.provider(
            "public dev.headgate.engine.Engine open("
                + "dev.headgate.engine.EngineSettings s, dev.headgate.engine.EngineContext c)"
                + " { new lib.Driver(); return null; }")
        .without("lib.Driver")
        .buildInto(folder.resolve("bad"));
    ClusterConfig cluster = ClusterConfig.of("main", "bad", Map.of());

    assertThatThrownBy(() -> Engines.open(List.of(cluster), PluginLoader.load(folder), context))
        .hasMessageContaining("clusters.main: engine 'bad' failed to open: class lib.Driver is");
  }

  @Test
  void adapterThatOpensNothingIsTold() throws Exception {
    PluginSource.provider("").buildInto(folder.resolve("bad"));
    ClusterConfig cluster = ClusterConfig.of("main", "bad", Map.of());

    assertThatThrownBy(() -> Engines.open(List.of(cluster), PluginLoader.load(folder), context))
        .hasMessageContaining("plugin.Provider.open() returned null");
  }

  @Test
  void sameEngineInTwoFoldersIsRefused() throws Exception {
    PluginSource.provider("same", 1, "a").buildInto(folder.resolve("a"));
    PluginSource.provider("same", 1, "b").buildInto(folder.resolve("b"));

    Plugins plugins = PluginLoader.load(folder);

    assertThat(plugins.provider("same")).hasToString("a");
    assertThat(plugins.faults().get("b")).contains("which " + folder.resolve("a") + " has too");
  }

  @Test
  void missingEngineNamesThoseThatAreInstalled() {
    Plugins plugins = Plugins.of(new MemoryEngineProvider());

    assertThatThrownBy(() -> plugins.provider("kafka"))
        .hasMessage("engine: 'kafka' (expected: an engine plug-in; installed: memory)");
  }

  @Test
  void folderThatIsNotThereIsTold() {
    assertThatThrownBy(() -> PluginLoader.load(folder.resolve("none")).provider("memory"))
        .hasMessageContaining("none is installed")
        .hasMessageContaining("there is no such folder");
  }

  @Test
  void enginesThatOpenedAreClosedWhenAnotherDoesNot() {
    ClusterConfig good = ClusterConfig.of("good", "memory", Map.of());
    ClusterConfig bad = ClusterConfig.of("bad", "kafka", Map.of());
    EngineProvider memory = new MemoryEngineProvider();

    assertThatThrownBy(() -> Engines.open(List.of(good, bad), Plugins.of(memory), context))
        .hasMessageStartingWith("clusters.bad: engine: 'kafka'");
  }
}
