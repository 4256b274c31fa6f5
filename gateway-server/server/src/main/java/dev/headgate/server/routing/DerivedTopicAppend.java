package dev.headgate.server.routing;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.Message;
import dev.headgate.engine.Position;
import dev.headgate.engine.TopicName;
import dev.headgate.server.error.EngineErrors;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Appends to the topics that belong to a group, retry and dead-letter topics, each of which is
 * created when its first message comes. Thread-safe.
 */
public final class DerivedTopicAppend {
  private final TopicCreation creation;

  /** Over what creates them. */
  public DerivedTopicAppend(TopicCreation creation) {
    this.creation = creation;
  }

  /**
   * Completes when the message is stored; fails as {@link dev.headgate.engine.Engine#append}.
   *
   * @param route of the topic that the group consumes
   * @param target on that route's engine; made as the route makes topics
   */
  public CompletionStage<Position> append(
      Route route, TopicName target, Message message, long deadlineNanos) {
    AppendOptions options = new AppendOptions(false, deadlineNanos);
    return once(route, target, message, options)
        .handle(
            (position, failure) -> {
              if (failure == null) {
                return CompletableFuture.completedStage(position);
              }
              if (EngineErrors.unwrap(failure) instanceof EngineException engine
                  && engine.kind() == EngineException.Kind.UNKNOWN_TOPIC) {
                return creation
                    .ensure(target, route, false)
                    .thenCompose(done -> once(route, target, message, options));
              }
              return CompletableFuture.<Position>failedStage(failure);
            })
        .thenCompose(stage -> stage);
  }

  private static CompletionStage<Position> once(
      Route route, TopicName target, Message message, AppendOptions options) {
    try {
      return route.engine().append(target, message, options);
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }
}
