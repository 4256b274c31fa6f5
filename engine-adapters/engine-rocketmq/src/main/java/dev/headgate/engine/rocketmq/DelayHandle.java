package dev.headgate.engine.rocketmq;

import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import java.time.Instant;
import org.apache.commons.codec.DecoderException;
import org.apache.rocketmq.common.producer.RecallMessageHandle;
import org.apache.rocketmq.common.producer.RecallMessageHandle.HandleV1;
import org.jspecify.annotations.Nullable;

/**
 * What a delayed message is withdrawn by, in RocketMQ's own writing of it, so that native clients
 * can use it too. RocketMQ's handle names the moment at which the timer wheel turns, up to a second
 * before the message is due, and is refused from then on; this one names the time of delivery,
 * which lies in the same slot of the wheel and is the later.
 *
 * @param topic of the message
 * @param broker whose timer keeps it
 * @param dueMillis when it is due, Unix time
 * @param messageId its unique key
 */
record DelayHandle(TopicName topic, String broker, long dueMillis, String messageId) {

  static DelayHandle of(TopicName topic, Queue queue, Message message) {
    Instant due = message.deliverAt();
    return new DelayHandle(
        topic, queue.broker(), due == null ? 0 : due.toEpochMilli(), message.id());
  }

  String text() {
    return HandleV1.buildHandle(topic.value(), broker, Long.toString(dueMillis), messageId);
  }

  /** Null when the text is no handle of a message of this topic. */
  static @Nullable DelayHandle parse(TopicName topic, String text) {
    try {
      HandleV1 handle = (HandleV1) RecallMessageHandle.decodeHandle(text);
      return handle.getTopic().equals(topic.value())
          ? new DelayHandle(
              topic,
              handle.getBrokerName(),
              Long.parseLong(handle.getTimestampStr()),
              handle.getMessageId())
          : null;
    } catch (DecoderException | NumberFormatException e) {
      return null;
    }
  }
}
