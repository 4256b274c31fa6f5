package dev.headgate.launcher;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code headgate}. */
@Command(
    name = "headgate",
    synopsisSubcommandLabel = "COMMAND",
    description = "A gateway between services and message brokers.",
    footer = {
      "",
      "Exit codes:",
      "  0  done",
      "  1  failed",
      "  2  wrong usage, or a configuration that cannot be used",
      "  3  gateway or broker cannot be reached or cannot serve now",
      "  4  refused: the same call fails again",
      "  5  unknown: messages may have been stored",
      "",
      "'headgate COMMAND --help' tells about one command.",
      "In a checkout, 'headgate test' builds and tests everything, 'headgate bench' measures it."
    })
public final class Main implements Runnable {
  /** What the loggers let through: INFO for servers, nothing for short commands. */
  static final String LOG_LEVEL = "headgate.log.level";

  private static final List<String> SERVERS = List.of("dev", "serve");

  @Spec CommandSpec spec;

  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    if (System.getProperty(LOG_LEVEL) == null) {
      boolean server = arguments.length > 0 && SERVERS.contains(arguments[0]);
      System.setProperty(LOG_LEVEL, server ? "INFO" : "OFF");
    }
    Terminal terminal =
        new Terminal(
            System.in,
            new FileOutputStream(FileDescriptor.out),
            System.err,
            Boolean.getBoolean("headgate.tty"));
    System.exit(run(terminal, Installation.ofThisProcess(), arguments));
  }

  /** Runs one command; returns its exit code. */
  static int run(Terminal terminal, Installation installation, String... arguments) {
    CommandLine line = commandLine(terminal, installation);
    int code = line.execute(arguments);
    try {
      terminal.flush();
    } catch (CommandException e) {
      return code == ExitCode.DONE ? e.exitCode() : code;
    }
    return code;
  }

  private static CommandLine commandLine(Terminal terminal, Installation installation) {
    CommandLine line =
        new CommandLine(new Main())
            .addSubcommand(new DevCommand(terminal, installation))
            .addSubcommand(new ServeCommand(terminal, installation))
            .addSubcommand(new CheckCommand(terminal, installation))
            .addSubcommand(new EnginesCommand(terminal, installation))
            .addSubcommand(new SendCommand(terminal))
            .addSubcommand(new ReceiveCommand(terminal))
            .addSubcommand(new TopicsCommand(terminal))
            .addSubcommand(new GroupsCommand(terminal))
            .addSubcommand(new SeekCommand(terminal))
            .addSubcommand(new DeadLettersCommand(terminal))
            .addSubcommand(new DrainCommand(terminal))
            .addSubcommand(new ConfigCommand(terminal))
            .addSubcommand(new VersionCommand(terminal));
    line.setOut(terminal.outputWriter());
    line.setExecutionExceptionHandler((failure, at, parsed) -> failed(failure, terminal));
    line.setParameterExceptionHandler((failure, arguments) -> misused(failure, terminal));
    addHelp(line);
    return line;
  }

  /** Every command takes {@code --help}; none has to say so. */
  private static void addHelp(CommandLine line) {
    line.getCommandSpec().mixinStandardHelpOptions(false);
    line.getCommandSpec()
        .addOption(
            CommandLine.Model.OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Shows this.")
                .build());
    line.getSubcommands().values().forEach(Main::addHelp);
  }

  private static int failed(Exception failure, Terminal terminal) throws Exception {
    if (failure instanceof CommandException told) {
      terminal.say("headgate: " + told.getMessage());
      return told.exitCode();
    }
    throw failure;
  }

  private static int misused(ParameterException failure, Terminal terminal) {
    CommandLine at = failure.getCommandLine();
    terminal.say("headgate: " + failure.getMessage());
    terminal.say("  '" + at.getCommandSpec().qualifiedName() + " --help' tells more");
    return ExitCode.USAGE;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "no command (expected one of: " + String.join(", ", spec.subcommands().keySet()) + ")");
  }
}
