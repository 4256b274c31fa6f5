package dev.headgate.client;

import dev.headgate.idl.admin.BrowseDeadLettersRequest;
import dev.headgate.idl.admin.ConfigRequest;
import dev.headgate.idl.admin.CreateTopicRequest;
import dev.headgate.idl.admin.DeadLetterSelection;
import dev.headgate.idl.admin.DrainRequest;
import dev.headgate.idl.admin.ListGroupsRequest;
import dev.headgate.idl.admin.ListTopicsRequest;
import dev.headgate.idl.admin.SeekGroupRequest;
import dev.headgate.idl.admin.TopicRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operator, or a tool of his, asks of a gateway. Thread-safe; every method blocks up to the
 * call's deadline and throws {@link HeadgateException}.
 */
public final class Admin {
  private final Caller caller;
  private final CallOptions options;

  Admin(Caller caller) {
    this(caller, CallOptions.defaults());
  }

  private Admin(Caller caller, CallOptions options) {
    this.caller = caller;
    this.options = options;
  }

  /** The same calls with other options, a longer timeout for instance. */
  public Admin with(CallOptions other) {
    return new Admin(caller, other);
  }

  /** All topics that services see. */
  public List<TopicInfo> topics() {
    return topics(null, false);
  }

  /**
   * Topics.
   *
   * @param pattern glob of {@code *} and {@code ?}; null: all
   * @param internal whether to show the engine's and the gateway's own (retry, dead letters)
   */
  public List<TopicInfo> topics(@Nullable String pattern, boolean internal) {
    ListTopicsRequest request = new ListTopicsRequest().setInternal(internal);
    if (pattern != null) {
      request.setPattern(pattern);
    }
    return call(
        Operation.LIST_TOPICS,
        (connection, context) ->
            connection.admin().listTopics(request.setContext(context)).getTopics().stream()
                .map(AdminWire::topic)
                .toList());
  }

  /** One topic; UNKNOWN_TOPIC when there is none. */
  public TopicInfo describe(String topic) {
    return call(
        Operation.DESCRIBE_TOPIC,
        (connection, context) ->
            AdminWire.topic(
                connection
                    .admin()
                    .describeTopic(new TopicRequest().setTopic(topic).setContext(context))));
  }

  /** Creates a topic, or makes it match: partitions may grow, never shrink. */
  public TopicInfo create(TopicSpec spec) {
    CreateTopicRequest request = new CreateTopicRequest().setSpec(AdminWire.spec(spec));
    return call(
        Operation.CREATE_TOPIC,
        (connection, context) ->
            AdminWire.topic(connection.admin().createTopic(request.setContext(context))));
  }

  /** Deletes a topic with its messages. */
  public void delete(String topic) {
    call(
        Operation.DELETE_TOPIC,
        (connection, context) -> {
          connection.admin().deleteTopic(new TopicRequest().setTopic(topic).setContext(context));
          return true;
        });
  }

  /** All groups with their lag. */
  public List<GroupInfo> groups() {
    return groups(null, null);
  }

  /** Groups with their lag; null: of all topics, all groups. */
  public List<GroupInfo> groups(@Nullable String topic, @Nullable String group) {
    ListGroupsRequest request = new ListGroupsRequest();
    if (topic != null) {
      request.setTopic(topic);
    }
    if (group != null) {
      request.setGroup(group);
    }
    return call(
        Operation.LIST_GROUPS,
        (connection, context) ->
            connection.admin().listGroups(request.setContext(context)).getGroups().stream()
                .map(AdminWire::group)
                .toList());
  }

  /**
   * Moves a group's position.
   *
   * @param dryRun tell what would move, move nothing
   * @return where the group then stands
   */
  public GroupInfo seek(String topic, String group, SeekTarget target, boolean dryRun) {
    SeekGroupRequest request =
        new SeekGroupRequest()
            .setTopic(topic)
            .setGroup(group)
            .setTarget(Wire.target(target))
            .setDryRun(dryRun);
    return call(
        Operation.SEEK,
        (connection, context) ->
            AdminWire.group(connection.admin().seekGroup(request.setContext(context))));
  }

  /**
   * Dead letters, oldest first; leaves them where they are.
   *
   * @param topic null: of all topics
   * @param maxLetters 1 to 1,000
   * @param page as {@link DeadLetterPage#nextPage()} of the page before; null: from the oldest
   */
  public DeadLetterPage deadLetters(
      String group, @Nullable String topic, int maxLetters, @Nullable String page) {
    BrowseDeadLettersRequest request =
        new BrowseDeadLettersRequest().setGroup(group).setMaxLetters(maxLetters);
    if (topic != null) {
      request.setTopic(topic);
    }
    if (page != null) {
      request.setPage(page);
    }
    return call(
        Operation.BROWSE_DEAD_LETTERS,
        (connection, context) ->
            AdminWire.page(
                connection.admin().browseDeadLetters(request.setContext(context)), caller.codec()));
  }

  /**
   * Sends dead letters to the group again with attempt 1, then removes them; null: all that the
   * rest selects. A call that runs short of time answers with what it has done so far, and {@link
   * DeadLetterCount#more()}.
   */
  public DeadLetterCount replayDeadLetters(
      String group, @Nullable String topic, @Nullable List<String> ids) {
    DeadLetterSelection selection = AdminWire.selection(group, topic, ids);
    return call(
        Operation.REPLAY_DEAD_LETTERS,
        (connection, context) ->
            AdminWire.count(connection.admin().replayDeadLetters(selection.setContext(context))));
  }

  /**
   * Removes dead letters for good; null: all that the rest selects. Short of time it answers as
   * {@link #replayDeadLetters}.
   */
  public DeadLetterCount purgeDeadLetters(
      String group, @Nullable String topic, @Nullable List<String> ids) {
    DeadLetterSelection selection = AdminWire.selection(group, topic, ids);
    return call(
        Operation.PURGE_DEAD_LETTERS,
        (connection, context) ->
            AdminWire.count(connection.admin().purgeDeadLetters(selection.setContext(context))));
  }

  /**
   * Has the answering node hand out no more leases, wait for the open ones, commit and leave its
   * groups.
   *
   * @param grace how long to wait for open leases; null: the node's (30 s). The call's timeout is
   *     raised to cover it
   */
  public DrainReport drain(@Nullable Duration grace) {
    DrainRequest request = new DrainRequest();
    if (grace != null) {
      request.setGraceMillis(grace.toMillis());
    }
    Duration parked = grace == null ? Duration.ofSeconds(30) : grace;
    return caller.call(
        Operation.DRAIN,
        options,
        parked,
        (connection, context) ->
            AdminWire.drained(connection.admin().drain(request.setContext(context))));
  }

  /** The answering node's configuration in force, as YAML, without secrets. */
  public String config() {
    return call(
        Operation.CONFIG,
        (connection, context) ->
            connection.admin().config(new ConfigRequest().setContext(context)).getYaml());
  }

  private <T> T call(Operation operation, Caller.Exchange<T> exchange) {
    return caller.call(operation, options, Duration.ZERO, exchange);
  }
}
