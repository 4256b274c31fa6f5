package dev.headgate.engine.rocketmq;

import dev.headgate.engine.GroupName;
import dev.headgate.engine.TopicName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.rocketmq.common.MixAll;

/**
 * Names that the adapter makes up from a topic and a group.
 *
 * <p>The retry topic is not RocketMQ's {@code %RETRY%group}: the broker takes no batches there,
 * counts deliveries by itself, and sends what it gets straight to the dead letters while a queue of
 * the group is locked.
 */
final class DerivedNames {
  static final String RETRY_PREFIX = "HG_RETRY_";
  static final String MEMBERS_PREFIX = "HG_MEMBERS_";

  // RocketMQ's own limit on topics, less %RETRY%, which the broker puts before a group.
  private static final int MAX_LENGTH = 120;
  private static final int HASH_BYTES = 16;

  private DerivedNames() {}

  static TopicName retryTopic(TopicName topic, GroupName group) {
    return new TopicName(RETRY_PREFIX + pair(topic, group, MAX_LENGTH - RETRY_PREFIX.length()));
  }

  static TopicName deadLetterTopic(GroupName group) {
    return new TopicName(MixAll.getDLQTopic(group.value()));
  }

  /** The RocketMQ group that lists who reads the topic for the group. */
  static String members(TopicName topic, GroupName group) {
    return MEMBERS_PREFIX + pair(topic, group, MAX_LENGTH - MEMBERS_PREFIX.length());
  }

  /** Readable where it is unmistakable and fits, else with a hash. */
  private static String pair(TopicName topic, GroupName group, int maxLength) {
    String plain = group.value() + "%" + topic.value();
    if (plain.length() <= maxLength && plain.indexOf('%') == plain.lastIndexOf('%')) {
      return plain;
    }
    String hash = hash(group.value() + "\0" + topic.value());
    String shown = plain.replace('%', '_');
    return shown.substring(0, Math.min(shown.length(), maxLength - hash.length() - 1)) + "-" + hash;
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
