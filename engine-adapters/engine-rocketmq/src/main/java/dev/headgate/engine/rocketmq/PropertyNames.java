package dev.headgate.engine.rocketmq;

import java.util.Set;
import org.apache.rocketmq.common.message.MessageConst;

/**
 * The names of message properties that are not headers of a service: RocketMQ's own, and this
 * adapter's, which begin with {@code __HG}.
 */
final class PropertyNames {
  static final String ID = MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX;
  static final String KEY = MessageConst.PROPERTY_KEYS;
  static final String SHARDING_KEY = MessageConst.PROPERTY_SHARDING_KEY;
  static final String TAG = MessageConst.PROPERTY_TAGS;
  static final String DELIVER_AT = MessageConst.PROPERTY_TIMER_DELIVER_MS;
  static final String ORIGIN_TOPIC = MessageConst.PROPERTY_DLQ_ORIGIN_TOPIC;

  static final String PREPARED = MessageConst.PROPERTY_TRANSACTION_PREPARED;
  static final String PRODUCER_GROUP = MessageConst.PROPERTY_PRODUCER_GROUP;

  /** The prefix of this adapter's own. */
  static final String PREFIX = "__HG";

  /** What RocketMQ cannot say in its own fields; see {@link HeaderEscape}. */
  static final String ESCAPED = "__HG";

  /** The body's encoding. */
  static final String ENCODING = "__HGENC";

  /** When the gateway got the message; a batch has one birth time for all its messages. */
  static final String BORN = "__HGBORN";

  /** When it was to be delivered: the timer takes its own property away. */
  static final String DUE = "__HGDUE";

  private static final Set<String> RESERVED = Set.copyOf(MessageConst.STRING_HASH_SET);
  private static final Set<String> ALSO_RESERVED =
      Set.of(
          MessageConst.PROPERTY_SHARDING_KEY,
          MessageConst.PROPERTY_TRANS_OFFSET,
          MessageConst.PROPERTY_TRANSACTION_ID,
          MessageConst.PROPERTY_TRANSACTION_CHECK_TIMES,
          MessageConst.PROPERTY_CHECK_IMMUNITY_TIME_IN_SECONDS,
          MessageConst.PROPERTY_INNER_NUM,
          MessageConst.PROPERTY_INNER_BASE,
          MessageConst.PROPERTY_INNER_MULTI_DISPATCH,
          MessageConst.PROPERTY_FORWARD_QUEUE_ID,
          MessageConst.PROPERTY_REDIRECT,
          MessageConst.PROPERTY_TRACE_CONTEXT,
          MessageConst.PROPERTY_TIMER_ROLL_LABEL);

  private PropertyNames() {}

  /** Whether a property of this name is none of a service's headers. */
  static boolean isReserved(String name) {
    return RESERVED.contains(name)
        || ALSO_RESERVED.contains(name)
        || name.startsWith(PREFIX)
        || name.startsWith(MessageConst.PROPERTY_TRANSIENT_PREFIX);
  }
}
