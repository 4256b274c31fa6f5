package dev.headgate.engine;

/**
 * The headers that the gateway itself writes. An adapter may map one to its broker's own field, and
 * has to give it back under the name here (D7).
 */
public final class GatewayHeaders {
  /**
   * How often the message has been delivered to the group already, a decimal number; on messages of
   * retry and dead-letter topics. RocketMQ's {@code reconsumeTimes}.
   */
  public static final String ATTEMPTS = "headgate-attempts";

  /** The topic that the message was first sent to; on messages of retry and dead-letter topics. */
  public static final String ORIGIN_TOPIC = "headgate-origin-topic";

  /**
   * Where the message lay first, {@code partition@offset}; on messages of retry and dead-letter
   * topics.
   */
  public static final String ORIGIN_POSITION = "headgate-origin-position";

  /** Before when a message of a retry topic must not be delivered, Unix milliseconds. */
  public static final String DUE = "headgate-due";

  /** The last reason that a consumer gave, or {@code lease expired}; on dead letters. */
  public static final String REASON = "headgate-reason";

  /** When the group gave the message up, Unix milliseconds; on dead letters. */
  public static final String DEAD_AT = "headgate-dead-at";

  /** The group that gave the message up; on dead letters. */
  public static final String GROUP = "headgate-group";

  /**
   * The one group that a message of an ordered topic is meant for, a replayed dead letter; the
   * gateway settles it for every other group at once. Native consumers get it whatever their group.
   */
  public static final String ONLY_FOR = "headgate-only-for";

  private GatewayHeaders() {}
}
