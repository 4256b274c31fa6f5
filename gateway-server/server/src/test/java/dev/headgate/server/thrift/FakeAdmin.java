package dev.headgate.server.thrift;

import dev.headgate.engine.GroupName;
import dev.headgate.engine.Partition;
import dev.headgate.engine.TopicAdmin;
import dev.headgate.engine.TopicName;
import dev.headgate.server.admin.AdminService;
import dev.headgate.server.consume.SeekTarget;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Topics in a map; one group with a lag of seven on each. */
final class FakeAdmin implements AdminService {
  final Map<String, TopicView> topics = new ConcurrentSkipListMap<>();
  private final Instant oldest;

  FakeAdmin(Instant oldest) {
    this.oldest = oldest;
  }

  @Override
  public CompletionStage<List<TopicView>> listTopics(@Nullable String pattern, boolean internal) {
    return CompletableFuture.completedFuture(new ArrayList<>(topics.values()));
  }

  @Override
  public CompletionStage<TopicView> describeTopic(String topic) {
    TopicView view = topics.get(topic);
    return view == null
        ? CompletableFuture.failedFuture(
            new GatewayException(ErrorCode.UNKNOWN_TOPIC, "topic '" + topic + "': no such topic"))
        : CompletableFuture.completedFuture(view);
  }

  @Override
  public CompletionStage<TopicView> createTopic(
      String topic, int partitions, @Nullable Boolean ordered, Map<String, String> attributes) {
    TopicView view =
        new TopicView(
            new TopicName(topic),
            "main",
            "memory",
            partitions == 0 ? 8 : partitions,
            Boolean.TRUE.equals(ordered),
            4 << 20);
    topics.put(topic, view);
    return CompletableFuture.completedFuture(view);
  }

  @Override
  public CompletionStage<Void> deleteTopic(String topic) {
    topics.remove(topic);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<List<GroupView>> listGroups(
      @Nullable String topic, @Nullable String group) {
    return CompletableFuture.completedFuture(
        topics.values().stream().map(view -> lagging(view.topic())).toList());
  }

  private GroupView lagging(TopicName topic) {
    return new GroupView(
        new GroupName("g"),
        topic,
        List.of(new TopicAdmin.PartitionLag(new Partition(topic, "q:0"), 3, 0, 10, oldest)),
        2,
        1,
        List.of("client-1"));
  }

  @Override
  public CompletionStage<GroupView> seekGroup(
      String topic, String group, SeekTarget target, boolean dryRun, long deadlineNanos) {
    return CompletableFuture.completedFuture(lagging(new TopicName(topic)));
  }

  @Override
  public CompletionStage<String> config() {
    return CompletableFuture.completedFuture("node: {name: n1}");
  }

  @Override
  public CompletionStage<Drained> drain(@Nullable Duration grace) {
    return CompletableFuture.completedFuture(new Drained(0, Duration.ofMillis(5)));
  }
}
