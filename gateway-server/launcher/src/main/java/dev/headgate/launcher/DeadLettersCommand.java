package dev.headgate.launcher;

import dev.headgate.client.Admin;
import dev.headgate.client.DeadLetter;
import dev.headgate.client.DeadLetterCount;
import dev.headgate.client.DeadLetterPage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code headgate dead-letters}. */
@Command(
    name = "dead-letters",
    header = "Shows, replays and removes what a group gave up.",
    footer = {
      "",
      "  headgate dead-letters browse billing",
      "  headgate dead-letters replay billing --id ID",
      "  headgate dead-letters purge billing --topic orders"
    })
final class DeadLettersCommand implements Runnable {
  private static final int PAGE = 100;

  /** So few are done within any timeout. */
  private static final int IDS_AT_ONCE = 32;

  private static final int SHOWN = 40;

  private final Terminal terminal;

  @Spec CommandSpec spec;

  DeadLettersCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "dead-letters: no command (expected one of: browse, replay, purge)");
  }

  /** Asks the gateway to replay or purge. */
  @FunctionalInterface
  private interface Removal {
    DeadLetterCount of(Admin admin, @Nullable List<String> ids);
  }

  @Command(name = "browse", description = "Lists dead letters, the oldest first; they stay.")
  void browse(
      @Parameters(paramLabel = "GROUP", description = "Who gave them up.") String group,
      @Option(names = "--topic", paramLabel = "TOPIC", description = "Only those of this topic.")
          @Nullable String topic,
      @Option(
              names = "--max",
              paramLabel = "N",
              defaultValue = "32",
              description = "At most so many (${DEFAULT-VALUE}).")
          int max,
      @Mixin Connection gateway,
      @Option(names = "--json", description = "For scripts: an object a line, with the message.")
          boolean json) {
    if (max < 1) {
      throw new CommandException(ExitCode.USAGE, "--max: " + max + " (expected: at least 1)");
    }
    gateway.call(client -> show(client.admin(), group, topic, max, json));
  }

  private boolean show(Admin admin, String group, @Nullable String topic, int max, boolean json) {
    Table table = new Table("ID", "TOPIC", "ATTEMPTS", "GIVEN UP AT", "REASON", "BODY");
    int shown = 0;
    String page = null;
    do {
      DeadLetterPage found = admin.deadLetters(group, topic, Math.min(PAGE, max - shown), page);
      for (DeadLetter letter : found.letters()) {
        if (json) {
          terminal.print(json(letter).toString());
        } else {
          addTo(table, letter);
        }
      }
      shown += found.letters().size();
      page = found.nextPage();
    } while (page != null && shown < max);
    if (!json && shown > 0) {
      table.printTo(terminal);
    }
    if (!json && shown == 0) {
      terminal.say("no dead letters");
    } else if (page != null) {
      terminal.flush();
      terminal.say("there are more; --max N shows more of them");
    }
    return true;
  }

  @Command(
      name = "replay",
      description = "Delivers dead letters to their group again, from attempt 1 on.")
  int replay(
      @Parameters(paramLabel = "GROUP", description = "Who gave them up.") String group,
      @Option(names = "--topic", paramLabel = "TOPIC", description = "Only those of this topic.")
          @Nullable String topic,
      @Option(names = "--id", paramLabel = "ID", description = "Only this one; may be repeated.")
          @Nullable List<String> ids,
      @Option(names = "--all", description = "All of the group; needed without --topic and --id.")
          boolean all,
      @Mixin Connection gateway,
      @Option(names = "--json", description = "For scripts.") boolean json) {
    check("replays", group, topic, ids, all);
    Removal replay = (admin, some) -> admin.replayDeadLetters(group, topic, some);
    return remove("replayed", gateway, ids, replay, json);
  }

  @Command(name = "purge", description = "Removes dead letters for good.")
  int purge(
      @Parameters(paramLabel = "GROUP", description = "Who gave them up.") String group,
      @Option(names = "--topic", paramLabel = "TOPIC", description = "Only those of this topic.")
          @Nullable String topic,
      @Option(names = "--id", paramLabel = "ID", description = "Only this one; may be repeated.")
          @Nullable List<String> ids,
      @Option(names = "--all", description = "All of the group; needed without --topic and --id.")
          boolean all,
      @Mixin Connection gateway,
      @Option(names = "--json", description = "For scripts.") boolean json) {
    check("removes", group, topic, ids, all);
    Removal purge = (admin, some) -> admin.purgeDeadLetters(group, topic, some);
    return remove("purged", gateway, ids, purge, json);
  }

  private static void check(
      String verb, String group, @Nullable String topic, @Nullable List<String> ids, boolean all) {
    if (all && (topic != null || ids != null)) {
      throw new CommandException(
          ExitCode.USAGE, "--all with --topic or --id (expected: one or the other)");
    }
    if (!all && topic == null && ids == null) {
      throw new CommandException(
          ExitCode.USAGE,
          "this %s every dead letter of '%s'; say --all to do it, or choose by --topic or --id"
              .formatted(verb, group));
    }
  }

  private int remove(
      String verb, Connection gateway, @Nullable List<String> ids, Removal removal, boolean json) {
    DeadLetterCount total =
        gateway.call(
            client ->
                ids == null
                    ? all(verb, client.admin(), removal)
                    : named(verb, client.admin(), ids, removal));
    if (json) {
      terminal.print(
          new Json()
              .put(verb, total.count())
              .put("failed", total.failed())
              .put("reason", total.reason())
              .put("more", total.more())
              .toString());
    } else {
      terminal.say(verb + " " + letters(total.count()));
    }
    if (total.failed() > 0) {
      terminal.say(
          "headgate: %s could not be %s; the first: %s"
              .formatted(letters(total.failed()), verb, total.reason()));
    } else if (total.more()) {
      String reason = total.reason();
      terminal.say(
          "headgate: some are left: "
              + (reason == null ? "the gateway was too slow; try a longer --timeout" : reason));
    }
    return total.failed() > 0 || total.more() ? ExitCode.FAILED : ExitCode.DONE;
  }

  /** A call answers when its time is up; the next one begins with what is left. */
  private DeadLetterCount all(String verb, Admin admin, Removal removal) {
    Progress progress = new Progress(terminal, verb);
    long count = 0;
    DeadLetterCount last;
    do {
      last = removal.of(admin, null);
      count += last.count();
      progress.at(count);
    } while (last.more() && last.count() > 0);
    progress.end();
    // Those that fail stay, so the last call has met all of them.
    return new DeadLetterCount(count, last.failed(), last.reason(), last.more());
  }

  private DeadLetterCount named(String verb, Admin admin, List<String> ids, Removal removal) {
    Progress progress = new Progress(terminal, verb);
    DeadLetterCount total = new DeadLetterCount(0, 0, null, false);
    for (int from = 0; from < ids.size(); from += IDS_AT_ONCE) {
      List<String> some = ids.subList(from, Math.min(ids.size(), from + IDS_AT_ONCE));
      DeadLetterCount part = removal.of(admin, some);
      total =
          new DeadLetterCount(
              total.count() + part.count(),
              total.failed() + part.failed(),
              total.reason() == null ? part.reason() : total.reason(),
              total.more() || part.more());
      progress.at(total.count());
    }
    progress.end();
    return total;
  }

  private static String letters(long count) {
    return Progress.number(count) + (count == 1 ? " dead letter" : " dead letters");
  }

  private static void addTo(Table table, DeadLetter letter) {
    String reason = letter.reason();
    table.add(
        letter.id(),
        letter.topic().isEmpty() ? "-" : letter.topic(),
        (long) letter.attempts(),
        letter.deadAt(),
        reason == null ? "-" : cut(reason),
        cut(
            new String(
                MessageJson.readable(letter.message()).body().toByteArray(),
                StandardCharsets.UTF_8)));
  }

  /** On one line, and not too much of it. */
  private static String cut(String text) {
    String line = text.substring(0, Math.min(text.length(), SHOWN)).replaceAll("\\p{Cntrl}", " ");
    return text.length() <= SHOWN ? line : line + "…";
  }

  private static Json json(DeadLetter letter) {
    Json json =
        new Json()
            .put("id", letter.id())
            .put("messageId", letter.messageId())
            .put("topic", letter.topic().isEmpty() ? null : letter.topic())
            .put("attempts", letter.attempts())
            .put("reason", letter.reason())
            .put("deadAt", letter.deadAt().toString())
            .put("origin", letter.origin());
    return MessageJson.add(json, letter.message());
  }
}
