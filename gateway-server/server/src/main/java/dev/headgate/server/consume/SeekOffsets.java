package dev.headgate.server.consume;

import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.Partition;
import dev.headgate.engine.TopicAdmin.PartitionLag;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** What a {@link SeekTarget} means on the partitions of a topic. */
final class SeekOffsets {
  private final Engine engine;
  private final SubscriptionKey key;

  SeekOffsets(Engine engine, SubscriptionKey key) {
    this.engine = engine;
    this.key = key;
  }

  /** By partition, the offset that the group would read next; partitions that stay are left out. */
  CompletionStage<Map<Partition, Long>> of(SeekTarget target) {
    if (!engine.capabilities().contains(Capability.SEEK)) {
      return CompletableFuture.failedStage(
          EngineException.unsupported(engine.name(), Capability.SEEK));
    }
    if (target instanceof SeekTarget.At at) {
      return engine.topics().offsetsAt(key.topic(), at.time());
    }
    CompletionStage<List<PartitionLag>> lag = engine.topics().lag(key.topic(), key.group());
    if (target instanceof SeekTarget.To to) {
      return lag.thenApply(partitions -> one(partitions, to.position()));
    }
    return target instanceof SeekTarget.Start
        ? lag.thenApply(partitions -> all(partitions, PartitionLag::start))
        : lag.thenApply(partitions -> all(partitions, PartitionLag::end));
  }

  private static Map<Partition, Long> all(
      List<PartitionLag> partitions, ToLongFunction<PartitionLag> offset) {
    return partitions.stream()
        .collect(Collectors.toMap(PartitionLag::partition, offset::applyAsLong));
  }

  private Map<Partition, Long> one(List<PartitionLag> partitions, String position) {
    int at = position.lastIndexOf('@');
    String prefix = key.topic() + "/";
    String id =
        position.substring(position.startsWith(prefix) ? prefix.length() : 0, Math.max(0, at));
    for (PartitionLag lag : partitions) {
      if (lag.partition().id().equals(id)) {
        return Map.of(lag.partition(), offset(lag, position.substring(at + 1), position));
      }
    }
    throw invalid(
        "'%s' (expected: a position of topic '%s' as a delivery names it, partition@offset with one of the partitions %s)"
            .formatted(
                position,
                key.topic(),
                partitions.stream()
                    .map(lag -> lag.partition().id())
                    .collect(Collectors.joining(", "))));
  }

  private static long offset(PartitionLag lag, String text, String position) {
    try {
      long offset = Long.parseLong(text);
      if (offset >= lag.start() && offset <= lag.end()) {
        return offset;
      }
    } catch (NumberFormatException e) {
      // Told below, as any other that is not there.
    }
    throw invalid(
        "'%s' (expected: an offset from %d to %d)".formatted(position, lag.start(), lag.end()));
  }

  private static GatewayException invalid(String what) {
    return new GatewayException(ErrorCode.INVALID_ARGUMENT, "target.position: " + what);
  }
}
