package dev.headgate.engine.memory;

import dev.headgate.engine.GroupName;
import dev.headgate.engine.TopicName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The names of the topics that hold what a group could not settle. */
final class DerivedTopics {
  private static final int MAX_NAME = 127;
  private static final int HASH_BYTES = 8;

  private DerivedTopics() {}

  /** Readable where topic and group can be told apart in it, else with a hash of the pair. */
  static TopicName retry(TopicName topic, GroupName group) {
    String name = "%retry%" + topic + "%" + group;
    boolean ambiguous = topic.value().contains("%") || group.value().contains("%");
    if (!ambiguous && name.length() <= MAX_NAME) {
      return new TopicName(name);
    }
    String hash = "%" + hash(topic + "\n" + group);
    int room = Math.min(name.length(), MAX_NAME - hash.length());
    return new TopicName(name.substring(0, room) + hash);
  }

  static TopicName deadLetter(GroupName group) {
    return new TopicName("%dlq%" + group);
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
