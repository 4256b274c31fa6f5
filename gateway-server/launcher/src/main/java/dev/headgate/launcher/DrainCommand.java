package dev.headgate.launcher;

import dev.headgate.client.CallOptions;
import dev.headgate.client.DrainReport;
import dev.headgate.server.config.Quantities;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code headgate drain}. */
@Command(
    name = "drain",
    description = {
      "Drains a node: it takes no sends and hands out no leases any more, waits for the open",
      "ones, commits, and leaves its groups. It stays so until it is started anew."
    })
final class DrainCommand implements Callable<Integer> {
  private static final Duration LEAVING = Duration.ofSeconds(20);

  private final Terminal terminal;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      description = "How long to wait for open leases; else the node's stopGrace.")
  @Nullable String grace;

  @Option(names = "--json", description = "For scripts: an object.")
  boolean json;

  @Mixin Connection connection = new Connection();

  DrainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Duration wait = grace == null ? null : limit(grace);
    DrainReport report =
        connection.call(
            client -> client.admin().with(CallOptions.defaults().withTimeout(LEAVING)).drain(wait));
    if (json) {
      terminal.print(
          new Json()
              .put("openLeases", report.openLeases())
              .put("tookMillis", report.took().toMillis())
              .toString());
    } else {
      terminal.say(
          "drained in %.1f s%s"
              .formatted(
                  report.took().toMillis() / 1000.0,
                  report.openLeases() == 0
                      ? ""
                      : "; %d leases were still open, their messages come again"
                          .formatted(report.openLeases())));
    }
    return report.openLeases() == 0 ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static Duration limit(String text) {
    try {
      return Quantities.duration(text, Duration.ZERO, Duration.ofMinutes(9));
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          ExitCode.USAGE, "--grace: '" + text + "' (expected: " + e.getMessage() + ")", e);
    }
  }
}
