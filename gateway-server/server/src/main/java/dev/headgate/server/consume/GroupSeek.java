package dev.headgate.server.consume;

import dev.headgate.engine.Partition;
import dev.headgate.server.error.EngineErrors;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.routing.Route;
import dev.headgate.server.routing.TopicRouting;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves groups (D24), instances of a broadcast by their full name. Where this node serves the group
 * it leaves it meanwhile. Thread-safe; stages fail with GatewayException only.
 */
public final class GroupSeek {
  private final TopicRouting routing;
  private final Function<SubscriptionKey, @Nullable OpenSubscription> open;
  private final BooleanSupplier draining;

  GroupSeek(
      TopicRouting routing,
      Function<SubscriptionKey, @Nullable OpenSubscription> open,
      BooleanSupplier draining) {
    this.routing = routing;
    this.open = open;
    this.draining = draining;
  }

  /** A group on a topic, what a target means for it, and how to get it there. */
  private record Move(SubscriptionKey key, Route route) {
    CompletionStage<Map<Partition, Long>> offsets(SeekTarget target) {
      return new SeekOffsets(route.engine(), key).of(target);
    }

    CompletionStage<Void> to(Map<Partition, Long> offsets) {
      return route.engine().topics().seek(key.topic(), key.group(), offsets);
    }
  }

  /**
   * By partition, where the group would stand; partitions that would stay are left out. Moves
   * nothing.
   */
  public CompletionStage<Map<Partition, Long>> plan(String topic, String group, SeekTarget target) {
    return told(topic, group, () -> move(topic, group).offsets(target));
  }

  /** The same, and moves the group there. */
  public CompletionStage<Map<Partition, Long>> move(
      String topic, String group, SeekTarget target, long deadlineNanos) {
    return told(
        topic,
        group,
        () -> {
          if (draining.getAsBoolean()) {
            throw new GatewayException(ErrorCode.DRAINING, "this node is stopping");
          }
          Move move = move(topic, group);
          return move.offsets(target)
              .thenCompose(
                  offsets -> moveTo(move, offsets, deadlineNanos).thenApply(moved -> offsets));
        });
  }

  private Move move(String topic, String group) {
    SubscriptionKey key = new SubscriptionKey(routing.topic(topic), routing.group(group));
    return new Move(key, routing.route(key.topic()));
  }

  private CompletionStage<Void> moveTo(
      Move move, Map<Partition, Long> offsets, long deadlineNanos) {
    OpenSubscription subscription = open.apply(move.key());
    return subscription == null
        ? move.to(offsets)
        : subscription.move(() -> move.to(offsets), deadlineNanos);
  }

  private static <T> CompletionStage<T> told(
      String topic, String group, Supplier<CompletionStage<T>> work) {
    String subject = "group '" + group + "' on topic '" + topic + "'";
    try {
      return work.get()
          .exceptionallyCompose(
              failure -> CompletableFuture.failedStage(EngineErrors.map(failure, subject)));
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(EngineErrors.map(e, subject));
    }
  }
}
