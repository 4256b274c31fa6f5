package dev.headgate.server.routing;

import dev.headgate.engine.TopicAdmin.TopicSettings;
import dev.headgate.engine.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Creates topics on demand, each once at a time: callers that need the same topic share one
 * creation, and are answered in the order in which they asked, so that messages that waited for
 * their topic keep their order. Thread-safe.
 */
public final class TopicCreation {
  private static final List<CompletableFuture<Void>> NOBODY = List.of();

  private final Map<TopicName, List<CompletableFuture<Void>>> underWay = new ConcurrentHashMap<>();

  /** Completes when the topic exists; fails as {@link dev.headgate.engine.TopicAdmin#ensure}. */
  public CompletionStage<Void> ensure(TopicName topic, Route route, boolean ordered) {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    // One future each: a CompletableFuture runs what depends on it in no order, the last first.
    AtomicBoolean first = new AtomicBoolean();
    underWay.compute(
        topic,
        (name, others) -> {
          first.set(others == null);
          List<CompletableFuture<Void>> all = others == null ? new ArrayList<>() : others;
          all.add(mine);
          return all;
        });
    if (first.get()) {
      create(topic, route, ordered);
    }
    return mine;
  }

  private void create(TopicName topic, Route route, boolean ordered) {
    TopicSettings settings = new TopicSettings(route.partitions(), ordered, Map.of());
    CompletionStage<Void> made;
    try {
      made = route.engine().topics().ensure(topic, settings);
    } catch (RuntimeException e) {
      made = CompletableFuture.failedStage(e);
    }
    made.whenComplete(
        (done, failure) -> {
          List<CompletableFuture<Void>> waiting = underWay.remove(topic);
          for (CompletableFuture<Void> each : waiting == null ? NOBODY : waiting) {
            if (failure != null) {
              each.completeExceptionally(failure);
            } else {
              each.complete(null);
            }
          }
        });
  }
}
