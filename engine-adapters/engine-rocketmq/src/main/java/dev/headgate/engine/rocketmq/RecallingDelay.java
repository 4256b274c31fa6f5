package dev.headgate.engine.rocketmq;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Capability;
import dev.headgate.engine.DelayFacet;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.topic.TopicValidator;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.apache.rocketmq.remoting.protocol.header.QueryMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.RecallMessageRequestHeader;
import org.jspecify.annotations.Nullable;

/**
 * Withdraws delayed messages by RocketMQ's recall: a mark that the broker puts into the slot of the
 * timer wheel where the message lies, and reads before the messages when the slot comes up.
 *
 * <p>The mark takes a moment to reach the wheel. One that comes after the message would be
 * confirmed all the same and change nothing, so the last moments before a message is due are too
 * late. The broker takes any number of marks for a message; that one was cancelled before is seen
 * from its index, which is a few milliseconds behind, and from what this engine did last.
 */
final class RecallingDelay implements DelayFacet {
  private static final String TIMER_TOPIC = TopicValidator.SYSTEM_TOPIC_PREFIX + "wheel_timer";
  private static final String PRODUCER_GROUP = "headgate";

  /** A mark takes up to 200 ms from the store into the wheel. */
  private static final Duration LAST_MOMENTS = Duration.ofMillis(300);

  private static final Duration TOO_CLOSE = Duration.ofMillis(200);
  private static final int REMEMBERED = 1_024;

  /** A message that is far off is rolled, and so is its mark; the newest are told first. */
  private static final int MAX_MARKS = 4;

  private final Appender appender;
  private final RouteCache routes;
  private final Remote remote;
  private final BrokerCalls calls;
  private final Duration timeout;
  private final InstantSource clock;
  private final Set<String> cancelled =
      Collections.synchronizedSet(
          Collections.newSetFromMap(
              new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                  return size() > REMEMBERED;
                }
              }));

  RecallingDelay(
      Appender appender,
      RouteCache routes,
      Remote remote,
      BrokerCalls calls,
      Duration timeout,
      InstantSource clock) {
    this.appender = appender;
    this.routes = routes;
    this.remote = remote;
    this.calls = calls;
    this.timeout = timeout;
    this.clock = clock;
  }

  @Override
  public CompletionStage<String> appendDelayed(
      TopicName topic, Message message, AppendOptions options) {
    return appender
        .append(topic, message, options)
        .thenApply(stored -> DelayHandle.of(topic, Queue.of(stored.partition()), message).text());
  }

  @Override
  public CompletionStage<Boolean> cancel(TopicName topic, String text, AppendOptions options) {
    DelayHandle handle = DelayHandle.parse(topic, text);
    if (handle == null || isPast(handle, LAST_MOMENTS) || cancelled.contains(handle.messageId())) {
      return CompletableFuture.completedStage(false);
    }
    return routes
        .get(topic)
        .thenCompose(route -> recall(handle, address(handle, route), options))
        .thenApply(
            done -> {
              if (done) {
                cancelled.add(handle.messageId());
              }
              return done;
            });
  }

  private static String address(DelayHandle handle, Route route) {
    String address = route.master(handle.broker());
    if (address == null) {
      throw new EngineException(
          Kind.UNAVAILABLE,
          "topic '%s': broker '%s', which keeps the message, is not up"
              .formatted(handle.topic(), handle.broker()));
    }
    return address;
  }

  private CompletionStage<Boolean> recall(
      DelayHandle handle, String address, AppendOptions options) {
    QueryMessageRequestHeader header = new QueryMessageRequestHeader();
    header.setTopic(TIMER_TOPIC);
    header.setKey(handle.messageId());
    header.setMaxNum(MAX_MARKS);
    header.setBeginTimestamp(0L);
    header.setEndTimestamp(Long.MAX_VALUE);
    header.setIndexType(MessageConst.INDEX_UNIQUE_TYPE);
    return calls
        .call(address, RequestCode.QUERY_MESSAGE, header, null)
        .thenCompose(
            found ->
                isMarked(handle, found)
                    ? CompletableFuture.completedStage(false)
                    : mark(handle, address, options));
  }

  private static boolean isMarked(DelayHandle handle, RemotingCommand found) {
    byte[] body = found.getBody();
    if (!BrokerAnswer.isSuccess(found) || body == null) {
      // It is not in the index, or there is no index; the mark is what counts.
      return false;
    }
    for (MessageExt message : MessageDecoder.decodes(ByteBuffer.wrap(body), false)) {
      String mark = message.getProperty(MessageConst.PROPERTY_TIMER_DEL_UNIQKEY);
      if (mark != null && mark.endsWith(handle.messageId())) {
        return true;
      }
    }
    return false;
  }

  private CompletionStage<Boolean> mark(DelayHandle handle, String address, AppendOptions options) {
    long leftNanos = options.deadlineNanos() - System.nanoTime();
    if (leftNanos <= 0) {
      throw new EngineException(
          Kind.DEADLINE_EXCEEDED,
          "topic '%s': the deadline passed before the message was cancelled"
              .formatted(handle.topic()));
    }
    if (isPast(handle, LAST_MOMENTS)) {
      return CompletableFuture.completedStage(false);
    }
    RecallMessageRequestHeader header = new RecallMessageRequestHeader();
    header.setProducerGroup(PRODUCER_GROUP);
    header.setTopic(handle.topic().value());
    header.setRecallHandle(handle.text());
    header.setBrokerName(handle.broker());
    Duration limit = leftNanos < timeout.toNanos() ? Duration.ofNanos(leftNanos) : timeout;
    return remote
        .call(address, RequestCode.RECALL_MESSAGE, header, null, limit)
        .handle((response, failure) -> marked(handle, response, failure));
  }

  private boolean marked(
      DelayHandle handle, @Nullable RemotingCommand response, @Nullable Throwable failure) {
    if (response == null) {
      throw BrokerAnswer.unwrap(failure == null ? new AssertionError() : failure);
    }
    switch (response.getCode()) {
      case ResponseCode.SUCCESS:
        if (isPast(handle, TOO_CLOSE)) {
          throw new EngineException(
              Kind.UNCERTAIN,
              "topic '%s': the broker took the cancellation in the last moment before the message"
                      .formatted(handle.topic())
                  + " was due, perhaps too late");
        }
        return true;
      case ResponseCode.ILLEGAL_OPERATION:
        // By the broker's clock it is due.
        return false;
      case ResponseCode.NO_PERMISSION:
        throw new EngineException(
            Kind.UNSUPPORTED,
            "topic '%s': engine '%s' does not support %s here: recallMessageEnable is off at the"
                    .formatted(handle.topic(), RocketMqEngine.NAME, Capability.CANCEL_DELAY)
                + " broker");
      default:
        throw BrokerAnswer.requestFailure(
            "topic '" + handle.topic() + "': cancellation of a delayed message", response);
    }
  }

  private boolean isPast(DelayHandle handle, Duration margin) {
    return clock.millis() > handle.dueMillis() - margin.toMillis();
  }
}
