package dev.headgate.engine.rocketmq;

import dev.headgate.engine.Batch;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.Filter;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Partition;
import dev.headgate.engine.StoredMessage;
import dev.headgate.engine.TopicAdmin;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.rocketmq.common.BoundaryType;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.common.topic.TopicValidator;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.body.ClusterInfo;
import org.apache.rocketmq.remoting.protocol.body.GroupList;
import org.apache.rocketmq.remoting.protocol.body.TopicList;
import org.apache.rocketmq.remoting.protocol.header.QueryTopicConsumeByWhoRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.SearchOffsetRequestHeader;

/** Topics, groups and positions, by asynchronous requests to name server and brokers. */
final class RocketMqTopicAdmin implements TopicAdmin {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);
  private static final int LOOKS = 200;

  private final Remote remote;
  private final RouteCache routes;
  private final BrokerCalls calls;
  private final TopicMaker maker;
  private final Map<TopicName, Described> described = new ConcurrentHashMap<>();

  private record Described(Route route, TopicDescription description) {}

  /** A question about one queue, put to its broker. */
  private interface QueueQuestion<T> {
    CompletableFuture<T> ask(String address, Queue queue);
  }

  RocketMqTopicAdmin(
      Remote remote, RouteCache routes, BrokerCalls calls, RocketMqSettings settings) {
    this.remote = remote;
    this.routes = routes;
    this.calls = calls;
    this.maker = new TopicMaker(remote, routes, calls, settings);
  }

  @Override
  public CompletionStage<List<TopicName>> list() {
    return answer(
        routes
            .cluster()
            .thenCombine(
                calls.call(null, RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER, null, null),
                (cluster, response) ->
                    own(
                        cluster,
                        TopicList.decode(
                                BrokerCalls.checked("list of topics", response).getBody(),
                                TopicList.class)
                            .getTopicList())));
  }

  private static List<TopicName> own(ClusterInfo cluster, Set<String> names) {
    Set<String> internal = new HashSet<>();
    if (cluster.getBrokerAddrTable() != null) {
      internal.addAll(cluster.getBrokerAddrTable().keySet());
    }
    if (cluster.getClusterAddrTable() != null) {
      internal.addAll(cluster.getClusterAddrTable().keySet());
    }
    return names.stream()
        .filter(
            name ->
                !internal.contains(name)
                    && !TopicValidator.isSystemTopic(name)
                    && !name.startsWith(MixAll.RETRY_GROUP_TOPIC_PREFIX)
                    && !name.startsWith(DerivedNames.RETRY_PREFIX)
                    && !name.endsWith(MixAll.REPLY_TOPIC_POSTFIX)
                    && name.matches("[A-Za-z0-9_%-]{1,127}"))
        .sorted()
        .map(TopicName::new)
        .toList();
  }

  @Override
  public CompletionStage<Optional<TopicDescription>> describe(TopicName topic) {
    return answer(
        routes
            .get(topic)
            .thenCompose(this::describe)
            .thenApply(Optional::of)
            .exceptionallyCompose(
                failure -> {
                  EngineException known = BrokerAnswer.unwrap(failure);
                  described.remove(topic);
                  return known.kind() == Kind.UNKNOWN_TOPIC
                      ? CompletableFuture.completedFuture(Optional.empty())
                      : CompletableFuture.failedFuture(known);
                }));
  }

  private CompletableFuture<TopicDescription> describe(Route route) {
    Described known = described.get(route.topic());
    if (known != null && known.route() == route) {
      return CompletableFuture.completedFuture(known.description());
    }
    List<Partition> partitions =
        route.readable().stream().map(queue -> queue.of(route.topic())).toList();
    String anyMaster = route.masters().values().iterator().next();
    return maker
        .config(route.topic(), anyMaster)
        .thenApply(
            config -> {
              Map<String, String> attributes =
                  config == null || config.getAttributes() == null
                      ? Map.of()
                      : Map.copyOf(config.getAttributes());
              TopicDescription description =
                  new TopicDescription(route.topic(), partitions, attributes);
              described.put(route.topic(), new Described(route, description));
              return description;
            });
  }

  @Override
  public CompletionStage<Void> ensure(TopicName topic, TopicSettings settings) {
    return answer(maker.ensure(topic, settings));
  }

  @Override
  public CompletionStage<Void> delete(TopicName topic) {
    return answer(maker.delete(topic));
  }

  @Override
  public CompletionStage<List<GroupName>> groups(TopicName topic) {
    QueryTopicConsumeByWhoRequestHeader header = new QueryTopicConsumeByWhoRequestHeader();
    header.setTopic(topic.value());
    return answer(
        routes
            .get(topic)
            .thenCompose(
                route ->
                    gather(
                        route.masters().values().stream()
                            .map(
                                address ->
                                    calls
                                        .call(
                                            address,
                                            RequestCode.QUERY_TOPIC_CONSUME_BY_WHO,
                                            header,
                                            null)
                                        .thenApply(
                                            response ->
                                                GroupList.decode(
                                                        BrokerCalls.checked("groups", response)
                                                            .getBody(),
                                                        GroupList.class)
                                                    .getGroupList()))
                            .toList()))
            .thenApply(
                lists ->
                    lists.stream()
                        .flatMap(Set::stream)
                        .filter(
                            name ->
                                !name.startsWith(DerivedNames.MEMBERS_PREFIX)
                                    && name.matches("[A-Za-z0-9_%-]{1,120}"))
                        .distinct()
                        .sorted()
                        .map(GroupName::new)
                        .toList()));
  }

  @Override
  public CompletionStage<List<PartitionLag>> lag(TopicName topic, GroupName group) {
    return answer(
        eachQueue(topic, (address, queue) -> lag(address, topic, group, queue))
            .thenApply(found -> List.copyOf(found.values())));
  }

  private CompletableFuture<PartitionLag> lag(
      String address, TopicName topic, GroupName group, Queue queue) {
    CompletableFuture<Long> committed = calls.committed(address, topic, group.value(), queue);
    CompletableFuture<Long> start = calls.start(address, topic, queue);
    CompletableFuture<Long> end = calls.end(address, topic, queue);
    return CompletableFuture.allOf(committed, start, end)
        .thenCompose(
            done -> {
              long next = Math.max(committed.join(), start.join());
              PartitionLag lag =
                  new PartitionLag(
                      queue.of(topic), committed.join(), start.join(), end.join(), null);
              if (committed.join() < 0 || next >= end.join()) {
                return CompletableFuture.completedFuture(lag);
              }
              return read(address, topic, queue, next, 1, LOOKS)
                  .handle(
                      (batch, failure) ->
                          failure != null || batch.messages().isEmpty()
                              ? lag
                              : new PartitionLag(
                                  lag.partition(),
                                  lag.committed(),
                                  lag.start(),
                                  lag.end(),
                                  batch.messages().get(0).storedAt()));
            });
  }

  @Override
  public CompletionStage<Map<Partition, Long>> offsetsAt(TopicName topic, Instant time) {
    return answer(
        eachQueue(topic, (address, queue) -> offsetAt(address, topic, queue, time))
            .thenApply(
                found ->
                    found.entrySet().stream()
                        .collect(
                            Collectors.toMap(
                                entry -> entry.getKey().of(topic), Map.Entry::getValue))));
  }

  private CompletableFuture<Long> offsetAt(
      String address, TopicName topic, Queue queue, Instant time) {
    SearchOffsetRequestHeader header = new SearchOffsetRequestHeader();
    header.setTopic(topic.value());
    header.setQueueId(queue.id());
    header.setTimestamp(time.toEpochMilli());
    header.setBoundaryType(BoundaryType.LOWER);
    header.setBrokerName(queue.broker());
    return calls
        .call(address, RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, header, null)
        .thenApply(
            response ->
                BrokerAnswer.number(
                    BrokerCalls.checked("search in '" + topic + "'", response), "offset"));
  }

  @Override
  public CompletionStage<Void> seek(
      TopicName topic, GroupName group, Map<Partition, Long> offsets) {
    return answer(
        routes
            .get(topic)
            .thenCompose(
                route -> {
                  FirstCommits commits = calls.firstCommits(topic, group.value());
                  List<CompletableFuture<Void>> moves = new ArrayList<>();
                  offsets.forEach(
                      (partition, offset) ->
                          moves.add(seek(route, group, commits, partition, offset)));
                  return CompletableFuture.allOf(moves.toArray(CompletableFuture[]::new));
                }));
  }

  private CompletableFuture<Void> seek(
      Route route, GroupName group, FirstCommits commits, Partition partition, long offset) {
    Queue queue = queue(route, partition);
    String address = master(route, queue);
    return calls
        .ensureGroup(address, group.value())
        .thenCompose(done -> commits.commit(address, queue, offset));
  }

  @Override
  public CompletionStage<Batch> peek(
      Partition partition, long fromOffset, int maxMessages, int maxBytes) {
    return answer(
        routes
            .get(partition.topic())
            .thenCompose(
                route -> {
                  Queue queue = queue(route, partition);
                  return read(
                      master(route, queue), route.topic(), queue, fromOffset, maxMessages, LOOKS);
                })
            .thenApply(batch -> fit(batch, maxMessages, maxBytes)));
  }

  /**
   * Reads under RocketMQ's own group for tools. What has been stored can be read a moment later
   * only: where the broker has more than it gives, it is asked again.
   */
  private CompletableFuture<Batch> read(
      String address, TopicName topic, Queue queue, long from, int maxMessages, int looks) {
    return calls
        .pull(
            address,
            topic,
            MixAll.TOOLS_CONSUMER_GROUP,
            queue,
            Filter.all(),
            from,
            maxMessages,
            Duration.ZERO)
        .thenCompose(
            pulled -> {
              if (pulled instanceof Pulled.Moved moved) {
                throw EngineException.offsetOutOfRange(
                    "offset %d is not in partition '%s'".formatted(from, queue.of(topic)),
                    moved.correctedOffset());
              }
              Pulled.Found found = (Pulled.Found) pulled;
              Batch batch = new Batch(found.messages(), found.nextOffset());
              if (!found.messages().isEmpty() || looks == 0) {
                return CompletableFuture.completedFuture(batch);
              }
              return calls
                  .end(address, topic, queue)
                  .thenCompose(
                      end ->
                          end <= from
                              ? CompletableFuture.completedFuture(batch)
                              : pause()
                                  .thenCompose(
                                      done ->
                                          read(
                                              address,
                                              topic,
                                              queue,
                                              found.nextOffset(),
                                              maxMessages,
                                              looks - 1)));
            });
  }

  private CompletableFuture<Void> pause() {
    CompletableFuture<Void> over = new CompletableFuture<>();
    remote.schedule(LOOK_AGAIN, () -> over.complete(null));
    return over;
  }

  private static Batch fit(Batch batch, int maxMessages, int maxBytes) {
    List<StoredMessage> fitting = new ArrayList<>();
    int bytes = 0;
    for (StoredMessage stored : batch.messages()) {
      bytes += stored.message().size();
      if (fitting.size() == maxMessages || (!fitting.isEmpty() && bytes > maxBytes)) {
        return new Batch(fitting, stored.offset());
      }
      fitting.add(stored);
    }
    return batch;
  }

  @Override
  public TopicName retryTopic(TopicName topic, GroupName group) {
    return DerivedNames.retryTopic(topic, group);
  }

  @Override
  public TopicName deadLetterTopic(GroupName group) {
    return DerivedNames.deadLetterTopic(group);
  }

  private <T> CompletableFuture<Map<Queue, T>> eachQueue(
      TopicName topic, QueueQuestion<T> question) {
    return routes
        .get(topic)
        .thenCompose(
            route -> {
              Map<Queue, CompletableFuture<T>> asked = new java.util.TreeMap<>();
              for (Queue queue : route.readable()) {
                asked.put(queue, question.ask(master(route, queue), queue));
              }
              return CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
                  .thenApply(
                      done -> {
                        Map<Queue, T> answers = new java.util.TreeMap<>();
                        asked.forEach((queue, answer) -> answers.put(queue, answer.join()));
                        return answers;
                      });
            });
  }

  private static <T> CompletableFuture<List<T>> gather(List<CompletableFuture<T>> asked) {
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(done -> asked.stream().map(CompletableFuture::join).toList());
  }

  private static Queue queue(Route route, Partition partition) {
    Queue queue = Queue.of(partition);
    if (!route.readable().contains(queue)) {
      throw new EngineException(
          Kind.INVALID_ARGUMENT,
          "topic '%s' has no partition '%s'".formatted(route.topic(), partition.id()));
    }
    return queue;
  }

  private static String master(Route route, Queue queue) {
    String address = route.master(queue.broker());
    if (address == null) {
      throw new EngineException(
          Kind.UNAVAILABLE,
          "topic '%s': broker '%s' is down".formatted(route.topic(), queue.broker()));
    }
    return address;
  }

  /** Fails with EngineExceptions, not with what wraps them. */
  private static <T> CompletionStage<T> answer(CompletableFuture<T> found) {
    CompletableFuture<T> result = new CompletableFuture<>();
    found.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            result.complete(value);
          } else {
            result.completeExceptionally(BrokerAnswer.unwrap(failure));
          }
        });
    return result;
  }
}
