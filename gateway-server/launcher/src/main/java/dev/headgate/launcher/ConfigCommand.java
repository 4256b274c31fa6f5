package dev.headgate.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code headgate config}. */
@Command(
    name = "config",
    description = "Shows the configuration that a node has in force, defaults too, as YAML.")
final class ConfigCommand implements Runnable {
  private final Terminal terminal;

  @Mixin Connection connection = new Connection();

  ConfigCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    terminal.print(connection.call(client -> client.admin().config()).stripTrailing());
  }
}
