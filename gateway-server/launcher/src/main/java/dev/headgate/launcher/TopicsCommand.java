package dev.headgate.launcher;

import dev.headgate.client.TopicInfo;
import dev.headgate.client.TopicSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headgate topics}: without a further word it lists them. */
@Command(name = "topics", description = "Lists, creates, describes and deletes topics.")
final class TopicsCommand implements Runnable {
  private final Terminal terminal;

  @Option(names = "--json", description = "For scripts: an object a line.")
  boolean json;

  @Mixin Connection connection = new Connection();

  TopicsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    list(null, false, connection, json);
  }

  @Command(name = "list", description = "Lists topics.")
  void list(
      @Parameters(
              arity = "0..1",
              paramLabel = "PATTERN",
              description = "Only those: a name with '*' and '?'.")
          @Nullable String pattern,
      @Option(names = "--internal", description = "Retry and dead-letter topics too.")
          boolean internal,
      @Mixin Connection gateway,
      @Option(names = "--json", description = "For scripts: an object a line.") boolean asJson) {
    List<TopicInfo> topics = gateway.call(client -> client.admin().topics(pattern, internal));
    if (!asJson && topics.isEmpty()) {
      terminal.say("no topics" + (pattern == null ? "" : " match " + pattern));
      return;
    }
    print(topics, asJson);
  }

  @Command(name = "create", description = "Creates a topic, or gives it more partitions.")
  void create(
      @Parameters(paramLabel = "TOPIC") String topic,
      @Option(names = "--partitions", paramLabel = "N", description = "At least so many.")
          @Nullable Integer partitions,
      @Option(
              names = "--ordered",
              arity = "1",
              paramLabel = "true|false",
              description = "Refused unless the topic's route says the same.")
          @Nullable Boolean ordered,
      @Mixin Connection gateway,
      @Option(names = "--json", description = "For scripts.") boolean asJson) {
    TopicSpec spec = new TopicSpec(topic, partitions, ordered, java.util.Map.of());
    TopicInfo created = gateway.call(client -> client.admin().create(spec));
    print(List.of(created), asJson);
  }

  @Command(name = "describe", description = "Shows one topic.")
  void describe(
      @Parameters(paramLabel = "TOPIC") String topic,
      @Mixin Connection gateway,
      @Option(names = "--json", description = "For scripts.") boolean asJson) {
    TopicInfo found = gateway.call(client -> client.admin().describe(topic));
    print(List.of(found), asJson);
  }

  @Command(name = "delete", description = "Deletes a topic with its messages.")
  void delete(
      @Parameters(paramLabel = "TOPIC") String topic,
      @Option(names = "--yes", description = "Needed, since messages cannot be brought back.")
          boolean yes,
      @Mixin Connection gateway,
      @Option(names = "--json", description = "For scripts.") boolean asJson) {
    if (!yes) {
      throw new CommandException(
          ExitCode.USAGE,
          "this deletes every message of '%s' for good; say --yes to do it".formatted(topic));
    }
    gateway.call(
        client -> {
          client.admin().delete(topic);
          return true;
        });
    if (asJson) {
      terminal.print(new Json().put("deleted", topic).toString());
    } else {
      terminal.say("deleted topic " + topic);
    }
  }

  private void print(List<TopicInfo> topics, boolean asJson) {
    if (asJson) {
      topics.forEach(topic -> terminal.print(json(topic).toString()));
      return;
    }
    Table table =
        new Table("TOPIC", "CLUSTER", "ENGINE", "PARTITIONS", "ORDERED", "MAX MESSAGE BYTES");
    for (TopicInfo topic : topics) {
      table.add(
          topic.topic(),
          topic.cluster(),
          topic.engine(),
          (long) topic.partitions(),
          topic.ordered() ? "yes" : "no",
          topic.maxMessageBytes());
    }
    table.printTo(terminal);
  }

  private static Json json(TopicInfo topic) {
    return new Json()
        .put("topic", topic.topic())
        .put("cluster", topic.cluster())
        .put("engine", topic.engine())
        .put("partitions", topic.partitions())
        .put("ordered", topic.ordered())
        .put("maxMessageBytes", topic.maxMessageBytes())
        .put("messages", topic.messages());
  }
}
