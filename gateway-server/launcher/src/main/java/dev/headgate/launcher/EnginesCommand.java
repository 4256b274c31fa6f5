package dev.headgate.launcher;

import dev.headgate.server.plugin.Plugins;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code headgate engines}. */
@Command(
    name = "engines",
    description = "Lists the engine plug-ins of this installation, and what each can do.")
final class EnginesCommand implements Runnable {
  private final Terminal terminal;
  private final Installation installation;

  @Option(names = "--json", description = "For scripts: an object a line.")
  boolean json;

  EnginesCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.installation = installation;
  }

  @Override
  public void run() {
    Plugins plugins = installation.plugins().get();
    if (json) {
      plugins
          .providers()
          .forEach(
              (name, provider) ->
                  terminal.print(
                      new Json()
                          .put("engine", name)
                          .put("spiVersion", provider.spiVersion())
                          .put(
                              "capabilities",
                              provider.capabilities().stream().sorted().map(Enum::name).toList())
                          .toString()));
      plugins
          .faults()
          .forEach(
              (folder, fault) ->
                  terminal.print(new Json().put("folder", folder).put("fault", fault).toString()));
      return;
    }
    Table table = new Table("ENGINE", "SPI", "CAPABILITIES");
    plugins
        .providers()
        .forEach(
            (name, provider) ->
                table.add(
                    name,
                    (long) provider.spiVersion(),
                    String.join(
                        " ", provider.capabilities().stream().sorted().map(Enum::name).toList())));
    table.printTo(terminal);
    plugins.faults().forEach((folder, fault) -> terminal.say(folder + ": left out: " + fault));
  }
}
