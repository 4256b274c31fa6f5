package dev.headgate.launcher;

import dev.headgate.server.plugin.PluginLoader;
import dev.headgate.server.plugin.Plugins;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Where this program is installed.
 *
 * @param home the folder that holds {@code lib}, {@code plugins} and {@code sandbox}
 * @param work the folder that {@code dev} keeps its data under when it is told no other
 * @param plugins loads the engine plug-ins
 */
record Installation(Path home, Path work, Supplier<Plugins> plugins) {
  /** As the script that started this process says, else below the current folder. */
  static Installation ofThisProcess() {
    Path home = Path.of(System.getProperty("headgate.home", ".")).toAbsolutePath().normalize();
    Path work = Path.of(System.getProperty("headgate.work", ".")).toAbsolutePath().normalize();
    return new Installation(home, work, () -> PluginLoader.load(home.resolve("plugins")));
  }

  /** The class path of the RocketMQ sandbox. */
  String sandboxClassPath() {
    return home.resolve("sandbox").resolve("rocketmq").resolve("*").toString();
  }
}
