package dev.headgate.server.consume;

import dev.headgate.engine.Capability;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineReader;
import dev.headgate.engine.Filter;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.ReaderListener;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.ReaderSpec.InitialPosition;
import dev.headgate.engine.TopicName;
import dev.headgate.server.error.EngineErrors;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.routing.GroupPolicy;
import dev.headgate.server.routing.Route;
import dev.headgate.server.routing.TopicCreation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A subscription's place in its group at the engine: the reader of its topic and, once that exists,
 * the reader of its retry topic. Thread-safe.
 */
final class Membership {
  private final SubscriptionKey key;
  private final Route route;
  private final GroupPolicy policy;
  private final Filter filter;
  private final TopicCreation creation;
  private final TopicName retryTopic;

  private final List<EngineReader> readers = new ArrayList<>();
  private @Nullable Subscription subscription;
  private boolean retryReader;
  private boolean left;
  private CompletableFuture<Void> leaving = CompletableFuture.completedFuture(null);

  Membership(
      SubscriptionKey key,
      Route route,
      GroupPolicy policy,
      Filter filter,
      TopicCreation creation,
      TopicName retryTopic) {
    this.key = key;
    this.route = route;
    this.policy = policy;
    this.filter = filter;
    this.creation = creation;
    this.retryTopic = retryTopic;
  }

  Filter filter() {
    return filter;
  }

  /** Joins. Fails with GatewayException. */
  CompletionStage<Void> join(Subscription joining) {
    synchronized (this) {
      subscription = joining;
      left = false;
      retryReader = false;
    }
    return checked()
        .thenCompose(done -> route.engine().topics().describe(key.topic()))
        .thenCompose(
            description ->
                description.isPresent()
                    ? CompletableFuture.<Void>completedStage(null)
                    : createOrRefuse())
        .thenAccept(done -> open(key.topic(), false))
        .handle(
            (done, failure) -> {
              if (failure != null) {
                throw EngineErrors.map(failure, key.toString());
              }
              lookForRetryTopic();
              return null;
            });
  }

  private CompletionStage<Void> checked() {
    Capability missing = missingCapability();
    return missing == null
        ? CompletableFuture.completedStage(null)
        : CompletableFuture.failedStage(
            EngineException.unsupported(route.engine().name(), missing));
  }

  private @Nullable Capability missingCapability() {
    if (route.ordered() && !route.engine().capabilities().contains(Capability.ORDERED)) {
      return Capability.ORDERED;
    }
    if (filter instanceof Filter.All) {
      return null;
    }
    Capability needed =
        filter instanceof Filter.Tags ? Capability.FILTER_TAG : Capability.FILTER_EXPRESSION;
    return route.engine().capabilities().contains(needed) ? null : needed;
  }

  private CompletionStage<Void> createOrRefuse() {
    return route.autoCreate()
        ? creation.ensure(key.topic(), route, route.ordered())
        : CompletableFuture.failedStage(
            new GatewayException(
                ErrorCode.UNKNOWN_TOPIC,
                "topic '"
                    + key.topic()
                    + "': not on cluster '"
                    + route.cluster()
                    + "', and its route does not create topics on demand"));
  }

  /**
   * Opens the reader of the retry topic if the topic exists: on another node's account perhaps, or
   * from before the topic became ordered.
   */
  void lookForRetryTopic() {
    synchronized (this) {
      if (retryReader || left) {
        return;
      }
    }
    route
        .engine()
        .topics()
        .describe(retryTopic)
        .thenAccept(
            description -> {
              if (description.isPresent()) {
                retryTopicExists();
              }
            });
  }

  /** A message has been written to the retry topic: from now on it is read. */
  void retryTopicExists() {
    synchronized (this) {
      if (retryReader || left || readers.isEmpty()) {
        return;
      }
      retryReader = true;
    }
    try {
      open(retryTopic, true);
    } catch (RuntimeException e) {
      synchronized (this) {
        retryReader = false;
      }
    }
  }

  private void open(TopicName topic, boolean retry) {
    ReaderSpec spec =
        new ReaderSpec(
            topic,
            key.group(),
            route.ordered() && !retry,
            retry ? InitialPosition.EARLIEST : policy.initial(),
            retry ? Filter.all() : filter,
            BroadcastGroup.isOne(key.group()));
    synchronized (this) {
      Subscription reading = subscription;
      if (left || reading == null) {
        return;
      }
      readers.add(route.engine().openReader(spec, new Listener(reading, retry)));
    }
  }

  /**
   * Leaves the group; completes when it is left, also where that was begun before, and never fails.
   */
  CompletionStage<Void> leave() {
    List<EngineReader> going;
    synchronized (this) {
      left = true;
      going = List.copyOf(readers);
      readers.clear();
    }
    List<CompletableFuture<?>> stages = new ArrayList<>();
    going.forEach(reader -> stages.add(reader.leave().toCompletableFuture()));
    synchronized (this) {
      stages.add(leaving);
      leaving = CompletableFuture.allOf(stages.toArray(CompletableFuture<?>[]::new));
      return leaving;
    }
  }

  private record Listener(Subscription subscription, boolean retry) implements ReaderListener {
    @Override
    public void assigned(OwnedPartition partition) {
      subscription.assigned(partition, retry);
    }

    @Override
    public CompletionStage<Void> revoked(OwnedPartition partition) {
      return subscription.revoked(partition);
    }

    @Override
    public void lost(OwnedPartition partition) {
      subscription.lost(partition);
    }
  }
}
