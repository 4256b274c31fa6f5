package dev.headgate.launcher;

import dev.headgate.client.Bytes;
import dev.headgate.client.HeadgateClient;
import dev.headgate.client.HeadgateException;
import dev.headgate.client.Message;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headgate send}. */
@Command(
    name = "send",
    header = "Sends messages: texts, or the lines of a file.",
    description = "Sends each TEXT, or each line of a file or of standard input, as a message.",
    footer = {
      "",
      "  headgate send greetings hello",
      "  headgate send orders --key 4711 '{\"amount\": 3}'",
      "  headgate send log --lines /var/log/syslog",
      "  tail -f app.log | headgate send log -"
    })
final class SendCommand implements Callable<Integer> {
  private static final String STANDARD_INPUT = "-";

  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "TOPIC", description = "Where to.")
  String topic = "";

  @Parameters(
      index = "1..*",
      paramLabel = "TEXT",
      description = "A message each; '-' for the lines of standard input.")
  List<String> texts = new ArrayList<>();

  @Option(
      names = "--lines",
      paramLabel = "FILE",
      description = "Send each line of the file, byte for byte; '-' for standard input.")
  @Nullable String lines;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Messages of one key keep their order; needed on ordered topics.")
  @Nullable String key;

  @Option(names = "--tag", paramLabel = "TAG", description = "A word to filter by.")
  @Nullable String tag;

  @Option(
      names = "--header",
      paramLabel = "NAME=VALUE",
      description = "A header; may be given several times.")
  Map<String, String> headers = new LinkedHashMap<>();

  @Option(names = "--json", description = "For scripts: one object with the counts.")
  boolean json;

  @Mixin Connection connection = new Connection();

  SendCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    String file = source();
    return connection.call(client -> send(client, file));
  }

  /** The file to read, {@code -} for standard input, or null for the arguments. */
  private @Nullable String source() {
    boolean dash = texts.equals(List.of(STANDARD_INPUT));
    if (lines != null && !texts.isEmpty()) {
      throw usage("both TEXT and --lines (expected: one of them)");
    }
    if (lines == null && texts.isEmpty()) {
      throw usage("nothing to send (expected: TEXT, --lines FILE, or '-' for standard input)");
    }
    if (lines != null && !lines.equals(STANDARD_INPUT) && !Files.isReadable(Path.of(lines))) {
      throw usage("--lines: " + lines + " cannot be read (expected: a file)");
    }
    return dash ? STANDARD_INPUT : lines;
  }

  private int send(HeadgateClient client, @Nullable String file) {
    Progress progress = new Progress(terminal, "sent");
    try (BatchSender sender = new BatchSender(client, topic, key != null)) {
      if (file == null) {
        for (int i = 0; i < texts.size(); i++) {
          sender.add(entry(i + 1, texts.get(i).getBytes(StandardCharsets.UTF_8)));
        }
      } else {
        sendLines(file, sender, progress);
      }
      sender.finish();
      progress.end();
      return report(sender, progress);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(ExitCode.UNKNOWN_OUTCOME, "interrupted", e);
    }
  }

  private void sendLines(String file, BatchSender sender, Progress progress)
      throws InterruptedException {
    try (Lines input = new Lines(open(file))) {
      long number = 0;
      for (byte[] line = input.next();
          line != null && sender.broken() == null;
          line = input.next()) {
        sender.add(entry(++number, line));
        progress.at(sender.tally().sent());
      }
    } catch (NoSuchFileException e) {
      throw usage("--lines: there is no file " + file);
    } catch (IOException e) {
      throw new CommandException(ExitCode.FAILED, file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private InputStream open(String file) throws IOException {
    return file.equals(STANDARD_INPUT) ? terminal.in() : Files.newInputStream(Path.of(file));
  }

  private int report(BatchSender sender, Progress progress) {
    SendTally tally = sender.tally();
    HeadgateException broken = sender.broken();
    if (json) {
      terminal.print(tally.json().toString());
    }
    tally.shown().forEach(line -> terminal.say("headgate: " + line));
    String losses = tally.losses();
    if (!json && (tally.sent() > 0 || broken == null)) {
      terminal.say(
          "sent %s to %s (%s)%s"
              .formatted(
                  Progress.messages(tally.sent()),
                  topic,
                  progress.rate(tally.sent()),
                  losses.isEmpty() ? "" : "; " + losses));
    }
    if (broken != null) {
      throw Failures.of(broken, connection.address);
    }
    return tally.exitCode();
  }

  private BatchSender.Entry entry(long number, byte[] body) {
    Message.Builder message = Message.builder(Bytes.copyOf(body));
    if (key != null) {
      message.key(key);
    }
    if (tag != null) {
      message.tag(tag);
    }
    headers.forEach(message::header);
    return new BatchSender.Entry(number, message.build());
  }

  private static CommandException usage(String text) {
    return new CommandException(ExitCode.USAGE, text);
  }
}
