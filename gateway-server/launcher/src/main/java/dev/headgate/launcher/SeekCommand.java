package dev.headgate.launcher;

import dev.headgate.client.GroupInfo;
import dev.headgate.client.SeekTarget;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headgate seek}. */
@Command(
    name = "seek",
    description = {
      "Moves a group on a topic; clients that run go on from there.",
      "Leases that are open have no effect any more."
    })
final class SeekCommand implements Runnable {
  private static final String EXPECTED =
      "start, end, a time such as 2026-01-31T08:00:00Z, or a position such as broker-a:0@17";

  private final Terminal terminal;

  @Parameters(paramLabel = "TOPIC", description = "The topic.")
  String topic = "";

  @Option(names = "--group", paramLabel = "GROUP", required = true, description = "The group.")
  String group = "";

  @Option(
      names = "--to",
      paramLabel = "WHERE",
      required = true,
      description = "Where to: " + EXPECTED + ".")
  String to = "";

  @Option(names = "--dry-run", description = "Tells where the group would stand; moves nothing.")
  boolean dryRun;

  @Option(names = "--json", description = "For scripts: an object.")
  boolean json;

  @Mixin Connection connection = new Connection();

  SeekCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    SeekTarget target = target(to);
    GroupInfo moved = connection.call(client -> client.admin().seek(topic, group, target, dryRun));
    if (json) {
      terminal.print(GroupsCommand.json(moved).put("dryRun", dryRun).toString());
    } else {
      terminal.say(
          "group '%s' on topic '%s' %s %s, %s behind"
              .formatted(
                  group,
                  topic,
                  dryRun ? "would stand at" : "stands at",
                  to,
                  Progress.number(moved.lagMessages())));
    }
  }

  private static SeekTarget target(String to) {
    switch (to.toLowerCase(Locale.ROOT)) {
      case "start" -> {
        return SeekTarget.start();
      }
      case "end" -> {
        return SeekTarget.end();
      }
      default -> {
        if (to.indexOf('@') >= 0) {
          return SeekTarget.position(to);
        }
      }
    }
    try {
      return SeekTarget.time(Instant.parse(to));
    } catch (DateTimeParseException e) {
      throw new CommandException(
          ExitCode.USAGE, "--to: '" + to + "' (expected: " + EXPECTED + ")", e);
    }
  }
}
