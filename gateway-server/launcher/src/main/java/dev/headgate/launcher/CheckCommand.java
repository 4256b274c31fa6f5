package dev.headgate.launcher;

import dev.headgate.engine.EngineContext;
import dev.headgate.server.config.ConfigException;
import dev.headgate.server.config.ConfigFile;
import dev.headgate.server.config.GatewayConfig;
import dev.headgate.server.plugin.Engines;
import dev.headgate.server.plugin.PluginException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code headgate check}. */
@Command(
    name = "check",
    header = "Checks a configuration.",
    description = {
      "Checks a configuration as a whole, the settings of its engines too, and tells every fault",
      "with its line. Does not need the brokers to be there."
    })
final class CheckCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Installation installation;

  @Option(names = "--config", required = true, paramLabel = "FILE", description = "What to check.")
  Path file = Path.of("headgate.yaml");

  @Option(names = "--json", description = "For scripts: an object for each fault.")
  boolean json;

  CheckCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.installation = installation;
  }

  @Override
  public Integer call() {
    GatewayConfig config;
    try {
      config = ConfigFile.load(file);
    } catch (ConfigException e) {
      if (!json) {
        throw new CommandException(ExitCode.USAGE, text(e), e);
      }
      e.faults()
          .forEach(
              fault ->
                  terminal.print(
                      new Json()
                          .put("file", file.toString())
                          .put("line", fault.line())
                          .put("key", fault.key())
                          .put("problem", fault.problem())
                          .toString()));
      return ExitCode.USAGE;
    }
    checkEngines(config);
    terminal.say(
        "%s is right (clusters: %d, topic patterns: %d, group patterns: %d; listens on %s:%d)"
            .formatted(
                file,
                config.clusters().size(),
                config.topics().size(),
                config.groups().size(),
                config.listen().host(),
                config.listen().port()));
    return ExitCode.DONE;
  }

  /**
   * An engine checks its settings when it is opened; it is closed again before it does anything.
   */
  private void checkEngines(GatewayConfig config) {
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    try (Engines engines =
        Engines.open(
            config.clusters(),
            installation.plugins().get(),
            new EngineContext(config.node().name(), InstantSource.system(), scheduler))) {
      engines.byCluster();
    } catch (PluginException e) {
      throw new CommandException(
          ExitCode.USAGE, "the configuration cannot be used:\n" + e.getMessage(), e);
    } finally {
      scheduler.shutdownNow();
    }
  }

  static String text(ConfigException e) {
    int count = e.faults().size();
    return (count == 1
            ? "the configuration has a fault:"
            : "the configuration has " + count + " faults:")
        + "\n"
        + e.getMessage();
  }
}
