package dev.headgate.server.consume;

import dev.headgate.engine.GroupName;
import dev.headgate.engine.Partition;
import dev.headgate.engine.TopicName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a lease says of itself, so that any node can settle it, also after the crash of the node
 * that issued it (D16).
 *
 * @param incarnation names the run of the node that issued it; epochs and serials count within one
 * @param epoch of the partition's ownership in that run
 * @param serial of the lease in that run; a message that is leased again gets another
 * @param expiresAtMillis as first granted, Unix time; a prolongation is known to the owner alone
 * @param attempt from 1
 * @param topic that was asked for
 * @param group that it is leased to
 * @param partition where the message was read: of the topic, or of the group's retry topic
 * @param offset of the message
 * @param fingerprint of the message's id: after a topic was made anew, or has moved to another
 *     cluster, another message may lie at the same place
 */
record LeaseToken(
    long incarnation,
    long epoch,
    long serial,
    long expiresAtMillis,
    int attempt,
    TopicName topic,
    GroupName group,
    Partition partition,
    long offset,
    long fingerprint) {
  private static final int NUMBERS = 6 * Long.BYTES + Integer.BYTES;

  /** The token's bytes: numbers of fixed width, then names with their lengths. */
  byte[] encode() {
    boolean ownTopic = partition.topic().equals(topic);
    byte[] topicName = bytes(topic.value());
    byte[] groupName = bytes(group.value());
    byte[] partitionTopic = ownTopic ? new byte[0] : bytes(partition.topic().value());
    byte[] partitionId = bytes(partition.id());
    int size =
        NUMBERS
            + 4 * Short.BYTES
            + topicName.length
            + groupName.length
            + partitionTopic.length
            + partitionId.length;
    ByteBuffer out = ByteBuffer.allocate(size);
    out.putLong(incarnation).putLong(epoch).putLong(serial).putLong(expiresAtMillis);
    out.putInt(attempt).putLong(offset).putLong(fingerprint);
    put(out, topicName);
    put(out, groupName);
    put(out, partitionTopic);
    put(out, partitionId);
    return out.array();
  }

  /**
   * Reads a token whose signature has been checked; throws RuntimeException when it is none all the
   * same.
   */
  static LeaseToken decode(ByteBuffer in) {
    long incarnation = in.getLong();
    long epoch = in.getLong();
    long serial = in.getLong();
    long expiresAtMillis = in.getLong();
    int attempt = in.getInt();
    long offset = in.getLong();
    long fingerprint = in.getLong();
    TopicName topic = new TopicName(text(in));
    GroupName group = new GroupName(text(in));
    String partitionTopic = text(in);
    String partitionId = text(in);
    Partition partition =
        new Partition(
            partitionTopic.isEmpty() ? topic : new TopicName(partitionTopic), partitionId);
    return new LeaseToken(
        incarnation,
        epoch,
        serial,
        expiresAtMillis,
        attempt,
        topic,
        group,
        partition,
        offset,
        fingerprint);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void put(ByteBuffer out, byte[] bytes) {
    out.putShort((short) bytes.length).put(bytes);
  }

  private static String text(ByteBuffer in) {
    byte[] bytes = new byte[in.getShort()];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
