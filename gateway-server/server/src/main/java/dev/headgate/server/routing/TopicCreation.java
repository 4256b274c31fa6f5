package dev.headgate.server.routing;

import dev.headgate.engine.TopicAdmin.TopicSettings;
import dev.headgate.engine.TopicName;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Creates topics on demand, each once at a time: callers that need the same topic share one
 * creation. Thread-safe.
 */
public final class TopicCreation {
  private final Map<TopicName, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

  /** Completes when the topic exists; fails as {@link dev.headgate.engine.TopicAdmin#ensure}. */
  public CompletionStage<Void> ensure(TopicName topic, Route route, boolean ordered) {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> other = underWay.putIfAbsent(topic, mine);
    if (other != null) {
      return other;
    }
    TopicSettings settings = new TopicSettings(route.partitions(), ordered, Map.of());
    route
        .engine()
        .topics()
        .ensure(topic, settings)
        .whenComplete(
            (done, failure) -> {
              underWay.remove(topic, mine);
              if (failure != null) {
                mine.completeExceptionally(failure);
              } else {
                mine.complete(null);
              }
            });
    return mine;
  }
}
