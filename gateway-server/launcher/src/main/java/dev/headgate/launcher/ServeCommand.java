package dev.headgate.launcher;

import dev.headgate.server.bootstrap.Gateway;
import dev.headgate.server.bootstrap.StartException;
import dev.headgate.server.config.ConfigException;
import dev.headgate.server.config.ConfigFile;
import dev.headgate.server.config.GatewayConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code headgate serve}. */
@Command(
    name = "serve",
    header = "Runs a gateway node.",
    description = {
      "Runs a gateway node until SIGTERM or Ctrl-C; then it drains: hands out nothing more, waits",
      "for open leases up to node.stopGrace, commits, leaves its groups, and exits with 0.",
      "SIGHUP, or POST /reload at the admin port, takes in changed 'topics' and 'groups'."
    })
final class ServeCommand implements Callable<Integer> {
  private final Installation installation;
  private final Terminal terminal;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The configuration; see 'headgate check'.")
  Path file = Path.of("headgate.yaml");

  ServeCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.installation = installation;
  }

  @Override
  public Integer call() throws InterruptedException {
    LogFormat log = LogFormat.ofThisProcess();
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    Gateway gateway = start(load());
    GracefulExit.on(gateway::close);
    ReloadSignal.on(gateway::reload);
    if (log == LogFormat.TEXT) { // The log says so too; among its objects this would be no line.
      terminal.say("headgate: listens on " + gateway.advertised());
    }
    new CountDownLatch(1).await();
    return ExitCode.DONE;
  }

  private GatewayConfig load() {
    try {
      return ConfigFile.load(file);
    } catch (ConfigException e) {
      throw new CommandException(ExitCode.USAGE, CheckCommand.text(e), e);
    }
  }

  private Gateway start(GatewayConfig config) {
    try {
      return Gateway.start(config, () -> ConfigFile.load(file), installation.plugins().get());
    } catch (StartException e) {
      throw new CommandException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
  }
}
