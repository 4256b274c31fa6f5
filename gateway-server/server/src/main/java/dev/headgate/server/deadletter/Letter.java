package dev.headgate.server.deadletter;

import dev.headgate.engine.GatewayHeaders;
import dev.headgate.engine.Message;
import dev.headgate.engine.Partition;
import dev.headgate.engine.StoredMessage;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A dead letter where it lies. Native consumers write some of what it tells, not all. */
record Letter(String cluster, Partition partition, StoredMessage stored) {
  LetterId id() {
    return new LetterId(cluster, partition.id(), stored.offset());
  }

  Message message() {
    return stored.message();
  }

  /** Null when it does not say. */
  @Nullable String originTopic() {
    return message().header(GatewayHeaders.ORIGIN_TOPIC);
  }

  DeadLetter view() {
    Message message = message();
    String topic = originTopic();
    return new DeadLetter(
        id().toString(),
        message,
        topic == null ? "" : topic,
        (int) Math.min(Integer.MAX_VALUE, number(message.header(GatewayHeaders.ATTEMPTS), 0)),
        message.header(GatewayHeaders.REASON),
        Instant.ofEpochMilli(
            number(message.header(GatewayHeaders.DEAD_AT), stored.storedAt().toEpochMilli())),
        message.header(GatewayHeaders.ORIGIN_POSITION));
  }

  private static long number(@Nullable String text, long otherwise) {
    if (text == null) {
      return otherwise;
    }
    try {
      return Math.max(0, Long.parseLong(text));
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }
}
