package dev.headgate.launcher;

import dev.headgate.client.Bytes;
import dev.headgate.client.Delivery;
import dev.headgate.client.HeadgateClient;
import dev.headgate.client.Nack;
import dev.headgate.client.ReceiveOptions;
import dev.headgate.client.ReceiveResult;
import dev.headgate.client.SettleResult;
import dev.headgate.client.UnreadableBodyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headgate receive}. */
@Command(
    name = "receive",
    header = "Receives messages for a group and prints their bodies.",
    description = {
      "Receives messages for a group and prints their bodies to standard output, one a line; the",
      "rest goes to standard error. A message is acked when it has been written. Ends when the",
      "group has nothing left, unless told to follow."
    },
    footer = {"", "  headgate receive orders --group billing --max 10"})
final class ReceiveCommand implements Callable<Integer> {
  private static final int BATCH = 256;
  private static final Duration FOLLOW_POLL = Duration.ofSeconds(1);
  private static final Duration BACKLOG_POLL = Duration.ofMillis(300);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Terminal terminal;
  private final StopSignal stop = new StopSignal();
  private long unreadable;

  @Parameters(index = "0", paramLabel = "TOPIC", description = "Where from.")
  String topic = "";

  @Option(
      names = "--group",
      required = true,
      paramLabel = "GROUP",
      description = "For whom; each group gets every message once.")
  String group = "";

  @Option(names = "--follow", description = "Wait for further messages, until Ctrl-C.")
  boolean follow;

  @Option(names = "--max", paramLabel = "N", description = "End after so many messages.")
  long max = Long.MAX_VALUE;

  @Option(names = "--json", description = "For scripts: an object a line, with key and headers.")
  boolean json;

  @Mixin Connection connection = new Connection();

  ReceiveCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (max < 1) {
      throw new CommandException(ExitCode.USAGE, "--max: " + max + " (expected: at least 1)");
    }
    return connection.call(
        client -> {
          try (stop) {
            stop.listen();
            return receive(client);
          }
        });
  }

  private int receive(HeadgateClient client) {
    Progress progress = new Progress(terminal, "received");
    Backlog backlog = new Backlog(client, topic, group);
    long received = 0;
    long late = 0;
    long silentSince = System.nanoTime();
    String end = "";
    while (received < max && !stop.isAsked()) {
      ReceiveResult result = client.receive(topic, group, options(max - received));
      if (stop.isAsked()) {
        giveBack(client, result.deliveries());
        break;
      }
      if (!result.isEmpty()) {
        long refused = unreadable;
        late += print(client, result.deliveries());
        received += result.size() - (unreadable - refused);
        silentSince = System.nanoTime();
        progress.at(received);
      } else if (!follow) {
        long left = backlog.left();
        if (left == 0) {
          break;
        }
        if (System.nanoTime() - silentSince > PATIENCE.toNanos()) {
          end =
              "; %s more wait for a retry or are leased to other clients"
                  .formatted(Progress.number(left));
          break;
        }
      }
      pause(result.retryAfter());
    }
    progress.end();
    terminal.flush();
    terminal.say(
        "received %s from %s for %s (%s)%s"
            .formatted(Progress.messages(received), topic, group, progress.rate(received), end));
    if (late > 0) {
      terminal.say(
          "headgate: %s were printed after their lease had ended, and will come again"
              .formatted(Progress.number(late)));
      return ExitCode.FAILED;
    }
    return unreadable > 0 ? ExitCode.FAILED : ExitCode.DONE;
  }

  /**
   * Prints, then acks; returns how many could not be acked any more. What cannot be opened is given
   * back with the reason, and is not printed.
   */
  private int print(HeadgateClient client, List<Delivery> deliveries) {
    List<Delivery> printed = new ArrayList<>(deliveries.size());
    for (Delivery delivery : deliveries) {
      try {
        Bytes unused = delivery.message().body();
      } catch (UnreadableBodyException e) {
        refuse(client, delivery, e);
        continue;
      }
      printed.add(delivery);
      if (json) {
        terminal.print(json(delivery).toString());
      } else {
        terminal.write(delivery.message().body().toByteArray());
      }
    }
    terminal.flush();
    List<Bytes> leases = printed.stream().map(Delivery::lease).toList();
    int late = 0;
    for (SettleResult result : client.ack(leases)) {
      late += result.isDone() ? 0 : 1;
    }
    return late;
  }

  private void refuse(HeadgateClient client, Delivery delivery, UnreadableBodyException failure) {
    unreadable++;
    terminal.say("headgate: message " + delivery.messageId() + ": " + failure.getMessage());
    client.nack(List.of(new Nack(delivery.lease(), null, failure.getMessage())));
  }

  private static void giveBack(HeadgateClient client, List<Delivery> deliveries) {
    if (!deliveries.isEmpty()) {
      client.nack(
          deliveries.stream()
              .map(
                  delivery -> new Nack(delivery.lease(), Duration.ZERO, "the command line stopped"))
              .toList());
    }
  }

  private ReceiveOptions options(long left) {
    return ReceiveOptions.defaults()
        .withMaxMessages((int) Math.min(BATCH, left))
        .withMaxWait(follow ? FOLLOW_POLL : BACKLOG_POLL);
  }

  private static void pause(Duration wanted) {
    if (wanted.isZero()) {
      return;
    }
    try {
      TimeUnit.MILLISECONDS.sleep(wanted.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Json json(Delivery delivery) {
    Json json = new Json().put("messageId", delivery.messageId());
    return MessageJson.add(json, delivery.message())
        .put("attempt", delivery.attempt())
        .put("storedAt", delivery.storedAt().toString())
        .put("position", delivery.position());
  }
}
