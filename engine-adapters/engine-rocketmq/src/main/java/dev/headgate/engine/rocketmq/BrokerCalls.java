package dev.headgate.engine.rocketmq;

import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.Filter;
import dev.headgate.engine.StoredMessage;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.rocketmq.common.filter.ExpressionType;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.common.sysflag.PullSysFlag;
import org.apache.rocketmq.remoting.CommandCustomHeader;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.RemotingSerializable;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.apache.rocketmq.remoting.protocol.body.LockBatchRequestBody;
import org.apache.rocketmq.remoting.protocol.body.LockBatchResponseBody;
import org.apache.rocketmq.remoting.protocol.body.UnlockBatchRequestBody;
import org.apache.rocketmq.remoting.protocol.header.GetConsumerListByGroupRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetConsumerListByGroupResponseBody;
import org.apache.rocketmq.remoting.protocol.header.GetMaxOffsetRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetMinOffsetRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetSubscriptionGroupConfigRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.PullMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.QueryConsumerOffsetRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.UnregisterClientRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.UpdateConsumerOffsetRequestHeader;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;
import org.jspecify.annotations.Nullable;

/**
 * The requests to a broker that reading needs, each as one call. All fail with {@link
 * EngineException}s; one that got no answer is UNAVAILABLE, since all may be repeated.
 */
final class BrokerCalls {
  private static final int MAX_PULL_MESSAGES = 1024;
  private static final Duration PULL_GRACE = Duration.ofSeconds(10);

  private final Remote remote;
  private final Duration timeout;
  private final RecentAppends recent;

  BrokerCalls(Remote remote, Duration timeout, RecentAppends recent) {
    this.remote = remote;
    this.recent = recent;
    this.timeout = timeout;
  }

  /** The group's committed offset; -1 when it has none. */
  CompletableFuture<Long> committed(String address, TopicName topic, String group, Queue queue) {
    QueryConsumerOffsetRequestHeader header = new QueryConsumerOffsetRequestHeader();
    header.setTopic(topic.value());
    header.setConsumerGroup(group);
    header.setQueueId(queue.id());
    header.setSetZeroIfNotFound(false);
    header.setBrokerName(queue.broker());
    return call(address, RequestCode.QUERY_CONSUMER_OFFSET, header, null)
        .thenApply(
            response ->
                response.getCode() == ResponseCode.QUERY_NOT_FOUND
                    ? -1L
                    : BrokerAnswer.number(checked("position of " + group, response), "offset"));
  }

  /** Commits of a group on a topic that may be the first ones. */
  FirstCommits firstCommits(TopicName topic, String group) {
    return new FirstCommits(
        new FirstCommits.Positions() {
          @Override
          public CompletableFuture<Void> commit(String address, Queue queue, long offset) {
            return BrokerCalls.this.commit(address, topic, group, queue, offset);
          }

          @Override
          public CompletableFuture<Long> committed(String address, Queue queue) {
            return BrokerCalls.this.committed(address, topic, group, queue);
          }
        });
  }

  private CompletableFuture<Void> commit(
      String address, TopicName topic, String group, Queue queue, long offset) {
    UpdateConsumerOffsetRequestHeader header = new UpdateConsumerOffsetRequestHeader();
    header.setTopic(topic.value());
    header.setConsumerGroup(group);
    header.setQueueId(queue.id());
    header.setCommitOffset(offset);
    header.setBrokerName(queue.broker());
    return call(address, RequestCode.UPDATE_CONSUMER_OFFSET, header, null)
        .thenAccept(response -> checked("commit of " + group, response));
  }

  CompletableFuture<Long> start(String address, TopicName topic, Queue queue) {
    GetMinOffsetRequestHeader header = new GetMinOffsetRequestHeader();
    header.setTopic(topic.value());
    header.setQueueId(queue.id());
    header.setBrokerName(queue.broker());
    return call(address, RequestCode.GET_MIN_OFFSET, header, null)
        .thenApply(
            response -> BrokerAnswer.number(checked("start of " + topic, response), "offset"));
  }

  CompletableFuture<Long> end(String address, TopicName topic, Queue queue) {
    GetMaxOffsetRequestHeader header = new GetMaxOffsetRequestHeader();
    header.setTopic(topic.value());
    header.setQueueId(queue.id());
    header.setBrokerName(queue.broker());
    return call(address, RequestCode.GET_MAX_OFFSET, header, null)
        .thenApply(
            response ->
                Math.max(
                    BrokerAnswer.number(checked("end of " + topic, response), "offset"),
                    recent.end(topic, queue)));
  }

  /** The ids of a group's members; empty when it has none. */
  CompletableFuture<List<String>> members(String address, String group) {
    GetConsumerListByGroupRequestHeader header = new GetConsumerListByGroupRequestHeader();
    header.setConsumerGroup(group);
    return call(address, RequestCode.GET_CONSUMER_LIST_BY_GROUP, header, null)
        .thenApply(
            response ->
                BrokerAnswer.isSuccess(response)
                    ? GetConsumerListByGroupResponseBody.decode(
                            response.getBody(), GetConsumerListByGroupResponseBody.class)
                        .getConsumerIdList()
                    : List.of());
  }

  /** Locks queues of one broker; completes with those that are locked by the member now. */
  CompletableFuture<Set<Queue>> lock(
      String address, String group, String member, TopicName topic, Collection<Queue> queues) {
    LockBatchRequestBody body = new LockBatchRequestBody();
    body.setConsumerGroup(group);
    body.setClientId(member);
    body.setMqSet(messageQueues(topic, queues));
    return call(address, RequestCode.LOCK_BATCH_MQ, null, body.encode())
        .thenApply(
            response ->
                LockBatchResponseBody.decode(
                        checked("lock of " + group, response).getBody(),
                        LockBatchResponseBody.class)
                    .getLockOKMQSet()
                    .stream()
                    .map(queue -> new Queue(queue.getBrokerName(), queue.getQueueId()))
                    .collect(Collectors.toSet()));
  }

  CompletableFuture<Void> unlock(
      String address, String group, String member, TopicName topic, Collection<Queue> queues) {
    UnlockBatchRequestBody body = new UnlockBatchRequestBody();
    body.setConsumerGroup(group);
    body.setClientId(member);
    body.setMqSet(messageQueues(topic, queues));
    return call(address, RequestCode.UNLOCK_BATCH_MQ, null, body.encode())
        .thenAccept(response -> checked("unlock of " + group, response));
  }

  /** Tells the broker that the member has left. */
  CompletableFuture<Void> unregister(String address, String group, String member) {
    UnregisterClientRequestHeader header = new UnregisterClientRequestHeader();
    header.setClientID(member);
    header.setConsumerGroup(group);
    return call(address, RequestCode.UNREGISTER_CLIENT, header, null)
        .thenAccept(response -> checked("leaving of " + group, response));
  }

  /** Makes the group known to the broker unless it is: it may not create groups by itself. */
  CompletableFuture<Void> ensureGroup(String address, String group) {
    GetSubscriptionGroupConfigRequestHeader header = new GetSubscriptionGroupConfigRequestHeader();
    header.setGroup(group);
    return call(address, RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, header, null)
        .thenCompose(
            response -> {
              if (response.getCode() != ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST) {
                checked("group " + group, response);
                return CompletableFuture.<Void>completedFuture(null);
              }
              SubscriptionGroupConfig config = new SubscriptionGroupConfig();
              config.setGroupName(group);
              return call(
                      address,
                      RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP,
                      null,
                      RemotingSerializable.encode(config))
                  .thenAccept(created -> checked("group " + group, created));
            });
  }

  /**
   * Reads from a queue.
   *
   * @param suspend how long the broker may wait for a first message; zero to be told at once
   */
  CompletableFuture<Pulled> pull(
      String address,
      TopicName topic,
      String group,
      Queue queue,
      Filter filter,
      long offset,
      int maxMessages,
      Duration suspend) {
    PullMessageRequestHeader header = new PullMessageRequestHeader();
    header.setConsumerGroup(group);
    header.setTopic(topic.value());
    header.setQueueId(queue.id());
    header.setQueueOffset(offset);
    header.setMaxMsgNums(Math.min(maxMessages, MAX_PULL_MESSAGES));
    header.setSysFlag(PullSysFlag.buildSysFlag(false, !suspend.isZero(), true, false));
    header.setCommitOffset(0L);
    header.setSuspendTimeoutMillis(suspend.toMillis());
    header.setSubVersion(1L);
    header.setBrokerName(queue.broker());
    header.setExpressionType(ExpressionType.TAG);
    if (filter instanceof Filter.Tags tags) {
      header.setSubscription(String.join("||", tags.tags()));
    } else if (filter instanceof Filter.Expression expression) {
      header.setSubscription(expression.sql());
      header.setExpressionType(ExpressionType.SQL92);
    } else {
      header.setSubscription("*");
    }
    return remote
        .call(address, RequestCode.PULL_MESSAGE, header, null, suspend.plus(PULL_GRACE))
        .handle(BrokerCalls::repeatable)
        .thenApply(response -> pulled(topic, queue, filter, offset, response));
  }

  private Pulled pulled(
      TopicName topic, Queue queue, Filter filter, long offset, RemotingCommand response) {
    switch (response.getCode()) {
      case ResponseCode.SUCCESS:
        List<StoredMessage> messages = StoredMessageDecoder.decode(response.getBody());
        // The broker compares hashes of tags only, and whole batches of native batch topics.
        messages.removeIf(
            stored ->
                stored.offset() < offset
                    || (filter instanceof Filter.Tags tags
                        && (stored.message().tag() == null
                            || !tags.tags().contains(stored.message().tag()))));
        return new Pulled.Found(messages, next(response), end(response));
      case ResponseCode.PULL_NOT_FOUND:
        return new Pulled.Found(List.of(), offset, end(response));
      case ResponseCode.PULL_RETRY_IMMEDIATELY:
        return new Pulled.Found(List.of(), Math.max(offset, next(response)), end(response));
      case ResponseCode.PULL_OFFSET_MOVED:
        return offset <= recent.end(topic, queue) && next(response) < offset
            ? new Pulled.Found(List.of(), offset, offset)
            : new Pulled.Moved(next(response));
      default:
        throw BrokerAnswer.requestFailure("fetch from topic '" + topic + "'", response);
    }
  }

  private static long next(RemotingCommand response) {
    return BrokerAnswer.number(response, "nextBeginOffset");
  }

  private static long end(RemotingCommand response) {
    return BrokerAnswer.number(response, "maxOffset");
  }

  /** Sends the same to several; completes when all have done it. */
  CompletableFuture<Void> each(Collection<String> addresses, int code, CommandCustomHeader header) {
    return CompletableFuture.allOf(
        addresses.stream()
            .map(
                address ->
                    call(address, code, header, null)
                        .thenAccept(response -> checked("request " + code, response)))
            .toArray(CompletableFuture[]::new));
  }

  CompletableFuture<RemotingCommand> call(
      @Nullable String address,
      int code,
      @Nullable CommandCustomHeader header,
      byte @Nullable [] body) {
    return remote.call(address, code, header, body, timeout).handle(BrokerCalls::repeatable);
  }

  static RemotingCommand checked(String what, RemotingCommand response) {
    if (!BrokerAnswer.isSuccess(response)) {
      throw BrokerAnswer.requestFailure(what, response);
    }
    return response;
  }

  private static RemotingCommand repeatable(
      @Nullable RemotingCommand response, @Nullable Throwable failure) {
    if (response != null) {
      return response;
    }
    EngineException known = BrokerAnswer.unwrap(failure == null ? new AssertionError() : failure);
    throw known.kind() == Kind.UNCERTAIN
        ? new EngineException(Kind.UNAVAILABLE, String.valueOf(known.getMessage()), known)
        : known;
  }

  private static Set<MessageQueue> messageQueues(TopicName topic, Collection<Queue> queues) {
    Set<MessageQueue> result = new HashSet<>();
    queues.forEach(queue -> result.add(queue.toMessageQueue(topic)));
    return result;
  }
}
