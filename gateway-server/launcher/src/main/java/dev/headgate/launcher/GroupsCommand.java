package dev.headgate.launcher;

import dev.headgate.client.GroupInfo;
import dev.headgate.client.PartitionLag;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headgate groups}. */
@Command(name = "groups", description = "Lists groups and how far behind they are.")
final class GroupsCommand implements Runnable {
  private final Terminal terminal;

  @Parameters(arity = "0..1", paramLabel = "TOPIC", description = "Only the groups of this topic.")
  @Nullable String topic;

  @Option(names = "--group", paramLabel = "GROUP", description = "Only this group.")
  @Nullable String group;

  @Option(names = "--partitions", description = "A line for each partition.")
  boolean partitions;

  @Option(names = "--json", description = "For scripts: an object a line.")
  boolean json;

  @Mixin Connection connection = new Connection();

  GroupsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    List<GroupInfo> groups = connection.call(client -> client.admin().groups(topic, group));
    if (json) {
      groups.forEach(info -> terminal.print(json(info).toString()));
    } else if (groups.isEmpty()) {
      terminal.say("no groups");
    } else if (partitions) {
      printPartitions(groups);
    } else {
      printGroups(groups);
    }
  }

  private void printGroups(List<GroupInfo> groups) {
    Table table = new Table("GROUP", "TOPIC", "LAG", "OLDEST", "IN FLIGHT", "PARKED", "CLIENTS");
    for (GroupInfo info : groups) {
      table.add(
          info.group(),
          info.topic(),
          info.lagMessages(),
          age(info.lagTime()),
          (long) info.inFlight(),
          (long) info.parked(),
          (long) info.clients().size());
    }
    table.printTo(terminal);
  }

  private void printPartitions(List<GroupInfo> groups) {
    Table table = new Table("GROUP", "TOPIC", "PARTITION", "COMMITTED", "END", "LAG");
    for (GroupInfo info : groups) {
      for (PartitionLag lag : info.partitions()) {
        table.add(
            info.group(),
            info.topic(),
            lag.partition(),
            lag.committed() < 0 ? "-" : Progress.number(lag.committed()),
            lag.end(),
            behind(lag));
      }
    }
    table.printTo(terminal);
  }

  private static long behind(PartitionLag lag) {
    Long start = lag.start();
    return Math.max(0, lag.end() - Math.max(lag.committed(), start == null ? 0 : start));
  }

  private static String age(@Nullable Duration age) {
    if (age == null) {
      return "-";
    }
    long seconds = age.toSeconds();
    if (seconds < 120) {
      return seconds + " s";
    }
    return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
  }

  static Json json(GroupInfo info) {
    Duration lagTime = info.lagTime();
    return new Json()
        .put("group", info.group())
        .put("topic", info.topic())
        .put("lagMessages", info.lagMessages())
        .put("lagMillis", lagTime == null ? null : lagTime.toMillis())
        .put("inFlight", info.inFlight())
        .put("parked", info.parked())
        .put("clients", info.clients())
        .put(
            "partitions",
            info.partitions().stream()
                .map(
                    lag ->
                        new Json()
                            .put("partition", lag.partition())
                            .put("committed", lag.committed())
                            .put("start", lag.start())
                            .put("end", lag.end())
                            .put("lag", behind(lag))
                            .fields())
                .toList());
  }
}
