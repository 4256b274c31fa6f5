package dev.headgate.engine.rocketmq;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import dev.headgate.engine.TransactionFacet;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.sysflag.MessageSysFlag;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.apache.rocketmq.remoting.protocol.header.EndTransactionRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.SendMessageRequestHeaderV2;
import org.jspecify.annotations.Nullable;

/**
 * RocketMQ's half messages. The broker keeps them in a queue of its own and copies them to their
 * topic on commit; what stays there it asks about, each time over a new copy, until it throws the
 * last one away.
 *
 * <p>The broker ends whatever copy it is told of, as often as it is told. That a transaction ends
 * once is this engine's memory of the last ones, see {@link EndedTransactions}; a copy that is
 * asked about afterwards is rolled back, which leaves a message that has been committed alone.
 */
final class HalfMessages implements TransactionFacet {
  private final Remote remote;
  private final RouteCache routes;
  private final RocketMqSettings settings;
  private final ProducerGroups groups;
  private final EndedTransactions ended = new EndedTransactions();
  private final BrokenBrokers broken = new BrokenBrokers();
  private final AtomicInteger turn = new AtomicInteger();

  HalfMessages(
      Remote remote,
      RouteCache routes,
      BrokerCalls calls,
      RocketMqSettings settings,
      String member) {
    this.remote = remote;
    this.routes = routes;
    this.settings = settings;
    this.groups = new ProducerGroups(remote, routes, calls, member, settings.heartbeatInterval());
    remote.onRequest(
        RequestCode.CHECK_TRANSACTION_STATE, new CheckProcessor(groups, ended, this::withdraw));
  }

  // ---- preparing ---------------------------------------------------------------------------

  @Override
  public CompletionStage<String> prepare(
      TopicName topic, GroupName producerGroup, Message message, AppendOptions options) {
    EncodedMessage encoded;
    try {
      if (options.ordered() && message.key() == null) {
        throw new EngineException(
            Kind.INVALID_ARGUMENT, "topic '%s': an ordered message needs a key".formatted(topic));
      }
      encoded =
          EncodedMessage.of(topic, message, options.ordered(), settings)
              .prepared(producerGroup.value());
    } catch (EngineException e) {
      return CompletableFuture.failedStage(e);
    }
    return routes
        .get(topic)
        .thenCompose(
            route -> {
              Queue queue = queue(route, message.key(), options.ordered());
              return store(route, queue, producerGroup, message, encoded, options);
            });
  }

  private Queue queue(Route route, @Nullable Bytes key, boolean ordered) {
    if (ordered && key != null) {
      return route.queueOf(key);
    }
    List<Queue> queues = route.writable();
    if (queues.isEmpty()) {
      throw new EngineException(
          Kind.UNAVAILABLE, "topic '%s' has no queue to write to".formatted(route.topic()));
    }
    int first = turn.getAndIncrement() & Integer.MAX_VALUE;
    for (int i = 0; i < queues.size(); i++) {
      Queue queue = queues.get((first + i) % queues.size());
      if (!broken.isBroken(queue.broker())) {
        return queue;
      }
    }
    return queues.get(first % queues.size());
  }

  private CompletionStage<String> store(
      Route route,
      Queue queue,
      GroupName producerGroup,
      Message message,
      EncodedMessage encoded,
      AppendOptions options) {
    TopicName topic = route.topic();
    AppendRequest request =
        new AppendRequest(
            topic,
            queue,
            List.of(
                new PendingAppend(
                    topic, encoded, options.deadlineNanos(), 1, new CompletableFuture<>())));
    SendMessageRequestHeaderV2 header = request.header();
    header.setA(producerGroup.value());
    header.setF(MessageSysFlag.TRANSACTION_PREPARED_TYPE);
    return remote
        .call(
            address(route, queue.broker()),
            request.code(),
            header,
            request.body(),
            within(options, settings.sendTimeout(), topic))
        .handle(
            (response, failure) -> {
              if (response == null) {
                EngineException known = unwrap(failure);
                if (known.kind() != Kind.CLOSED) {
                  broken.failed(queue.broker());
                  routes.lookUp(topic);
                }
                throw told(topic, known);
              }
              if (!BrokerAnswer.isSuccess(response)) {
                throw BrokerAnswer.appendFailure(topic, response);
              }
              broken.served(queue.broker());
              return halfId(topic, producerGroup, queue, message, response).text();
            });
  }

  private static HalfId halfId(
      TopicName topic,
      GroupName producerGroup,
      Queue queue,
      Message message,
      RemotingCommand response) {
    String stored = String.valueOf(response.getExtFields().get("msgId"));
    try {
      return new HalfId(
          topic,
          producerGroup,
          BrokerAnswer.number(response, "queueOffset"),
          MessageDecoder.decodeMessageId(stored).getOffset(),
          false,
          message.id(),
          queue.broker());
    } catch (java.net.UnknownHostException e) {
      throw new EngineException(Kind.INTERNAL, "the broker's answer holds no position", e);
    }
  }

  // ---- ending ------------------------------------------------------------------------------

  @Override
  public CompletionStage<Void> end(String transactionId, boolean commit, AppendOptions options) {
    try {
      HalfId half = HalfId.parse(transactionId);
      Boolean committed = ended.committed(half.message());
      if (committed != null) {
        return committed == commit
            ? CompletableFuture.completedStage(null)
            : CompletableFuture.failedStage(contradiction(half, committed));
      }
      return routes
          .get(half.topic())
          .thenCompose(route -> end(half, address(route, half.broker()), commit, options));
    } catch (EngineException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private CompletionStage<Void> end(
      HalfId half, String address, boolean commit, AppendOptions options) {
    Duration limit = within(options, settings.sendTimeout(), half.topic());
    return tell(half, address, commit, limit)
        .handle(
            (response, failure) -> {
              if (response == null) {
                throw told(half.topic(), unwrap(failure));
              }
              if (!BrokerAnswer.isSuccess(response)) {
                throw endFailure(half, response);
              }
              ended.ended(half.message(), commit);
              return null;
            });
  }

  private CompletableFuture<RemotingCommand> tell(
      HalfId half, String address, boolean commit, Duration limit) {
    EndTransactionRequestHeader header = new EndTransactionRequestHeader();
    header.setTopic(half.topic().value());
    header.setProducerGroup(half.producerGroup().value());
    header.setTranStateTableOffset(half.queueOffset());
    header.setCommitLogOffset(half.logOffset());
    header.setCommitOrRollback(
        commit ? MessageSysFlag.TRANSACTION_COMMIT_TYPE : MessageSysFlag.TRANSACTION_ROLLBACK_TYPE);
    header.setFromTransactionCheck(half.checked());
    header.setMsgId(half.messageId());
    header.setTransactionId(half.messageId());
    header.setBrokerName(half.broker());
    return remote.call(address, RequestCode.END_TRANSACTION, header, null, limit);
  }

  /** Takes a copy away that the broker asks about although its transaction has ended. */
  private void withdraw(HalfId copy) {
    routes
        .get(copy.topic())
        .thenAccept(
            route -> {
              String address = route.master(copy.broker());
              if (address != null) {
                // If this is lost the broker asks again.
                var unused = tell(copy, address, false, settings.sendTimeout());
              }
            });
  }

  private static EngineException endFailure(HalfId half, RemotingCommand response) {
    String remark =
        response.getRemark() == null ? "" : response.getRemark().toLowerCase(Locale.ROOT);
    if (response.getCode() == ResponseCode.SYSTEM_ERROR
        && (remark.contains("find prepared transaction message failed")
            || remark.contains("wrong"))) {
      return new EngineException(
          Kind.INVALID_ARGUMENT,
          "topic '%s': the broker has no such half message, or not any more"
              .formatted(half.topic()));
    }
    return response.getCode() == ResponseCode.SLAVE_NOT_AVAILABLE
        ? new EngineException(
            Kind.UNAVAILABLE,
            "topic '%s': the broker that holds the half message is a slave now"
                .formatted(half.topic()))
        : BrokerAnswer.appendFailure(half.topic(), response);
  }

  private static EngineException contradiction(HalfId half, boolean committed) {
    return new EngineException(
        Kind.INVALID_ARGUMENT,
        "topic '%s': the transaction has been %s already"
            .formatted(half.topic(), committed ? "committed" : "rolled back"));
  }

  // ---- checks ------------------------------------------------------------------------------

  @Override
  public AutoCloseable onCheck(GroupName producerGroup, CheckListener listener) {
    return groups.add(producerGroup, listener);
  }

  // ---- both --------------------------------------------------------------------------------

  private static String address(Route route, String broker) {
    String address = route.master(broker);
    if (address == null) {
      throw new EngineException(
          Kind.UNAVAILABLE,
          "topic '%s': broker '%s' is not known to the name server"
              .formatted(route.topic(), broker));
    }
    return address;
  }

  private static Duration within(AppendOptions options, Duration limit, TopicName topic) {
    long left = options.deadlineNanos() - System.nanoTime();
    if (left <= 0) {
      throw new EngineException(
          Kind.DEADLINE_EXCEEDED,
          "topic '%s': the deadline passed before anything was sent".formatted(topic));
    }
    return left < limit.toNanos() ? Duration.ofNanos(left) : limit;
  }

  private static EngineException unwrap(@Nullable Throwable failure) {
    return BrokerAnswer.unwrap(failure == null ? new AssertionError() : failure);
  }

  private static EngineException told(TopicName topic, EngineException known) {
    return new EngineException(
        known.kind(), "topic '%s': %s".formatted(topic, known.getMessage()), known);
  }
}
