package dev.headgate.engine.rocketmq;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.Message;
import dev.headgate.engine.Position;
import dev.headgate.engine.TopicName;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.jspecify.annotations.Nullable;

/** Stores messages: finds the lane of each, sends the lanes' requests, reads the answers. */
final class Appender implements AppendLane.Outlet, AutoCloseable {
  private static final Duration SWEEP = Duration.ofMillis(20);
  private static final Duration CLOSING = Duration.ofSeconds(2);
  private static final int MAX_ATTEMPTS = 3;

  private final Remote remote;
  private final RouteCache routes;
  private final RocketMqSettings settings;
  private final RecentAppends recent;
  private final BrokenBrokers broken = new BrokenBrokers();
  private final Map<TopicName, AppendLane> unordered = new ConcurrentHashMap<>();
  private final Map<QueueOfTopic, AppendLane> ordered = new ConcurrentHashMap<>();
  private final Set<AppendLane> busy = ConcurrentHashMap.newKeySet();
  private final AtomicLong pendingBytes = new AtomicLong();

  private record QueueOfTopic(TopicName topic, Queue queue) {}

  Appender(Remote remote, RouteCache routes, RocketMqSettings settings, RecentAppends recent) {
    this.recent = recent;
    this.remote = remote;
    this.routes = routes;
    this.settings = settings;
    remote.schedule(SWEEP, this::sweep);
  }

  CompletionStage<Position> append(TopicName topic, Message message, AppendOptions options) {
    CompletableFuture<Position> answer = new CompletableFuture<>();
    try {
      PendingAppend append = accept(topic, message, options, answer);
      Route route = routes.known(topic);
      if (route != null) {
        lane(route, message, options).add(append);
      } else {
        Timeout limit =
            remote.schedule(
                Duration.ofNanos(Math.max(0, options.deadlineNanos() - System.nanoTime())),
                append::failUnsent);
        routes
            .get(topic)
            .whenComplete(
                (found, failure) -> {
                  if (limit.cancel()) {
                    add(append, message, options, found, failure);
                  } else {
                    append.failUnsent();
                  }
                });
      }
    } catch (EngineException e) {
      answer.completeExceptionally(e);
    }
    return answer;
  }

  private PendingAppend accept(
      TopicName topic, Message message, AppendOptions options, CompletableFuture<Position> answer) {
    if (remote.isClosed()) {
      throw Remote.closedFailure();
    }
    if (options.ordered() && message.key() == null) {
      throw new EngineException(
          Kind.INVALID_ARGUMENT, "topic '%s': an ordered message needs a key".formatted(topic));
    }
    EncodedMessage encoded = EncodedMessage.of(topic, message, options.ordered(), settings);
    PendingAppend append = new PendingAppend(topic, encoded, options.deadlineNanos(), 1, answer);
    if (append.isOverdue(System.nanoTime())) {
      append.failUnsent();
      return append;
    }
    int size = encoded.batchSize();
    if (pendingBytes.addAndGet(size) > settings.maxPendingBytes()) {
      pendingBytes.addAndGet(-size);
      throw new EngineException(
          Kind.THROTTLED,
          "topic '%s': more than %d bytes wait for the broker"
              .formatted(topic, settings.maxPendingBytes()));
    }
    answer.whenComplete((position, failure) -> pendingBytes.addAndGet(-size));
    return append;
  }

  private void add(
      PendingAppend append,
      Message message,
      AppendOptions options,
      @Nullable Route route,
      @Nullable Throwable failure) {
    try {
      if (route == null) {
        append.fail(BrokerAnswer.unwrap(failure == null ? new AssertionError() : failure));
      } else if (append.isOverdue(System.nanoTime())) {
        append.failUnsent();
      } else {
        lane(route, message, options).add(append);
      }
    } catch (EngineException e) {
      append.fail(e);
    }
  }

  private AppendLane lane(Route route, Message message, AppendOptions options) {
    TopicName topic = route.topic();
    Bytes key = message.key();
    if (!options.ordered() || key == null) {
      return unordered.computeIfAbsent(topic, name -> new AppendLane(name, null, settings, this));
    }
    Queue queue = route.queueOf(key);
    return ordered.computeIfAbsent(
        new QueueOfTopic(topic, queue), id -> new AppendLane(topic, queue, settings, this));
  }

  @Override
  public @Nullable Route route(TopicName topic) {
    return routes.known(topic);
  }

  @Override
  public boolean isBroken(String broker) {
    return broken.isBroken(broker);
  }

  @Override
  public void busy(AppendLane lane) {
    busy.add(lane);
  }

  @Override
  public void send(AppendLane lane, AppendRequest request) {
    Route route = routes.known(request.topic());
    String address = route == null ? null : route.master(request.queue().broker());
    CompletableFuture<RemotingCommand> response;
    if (address == null) {
      response =
          CompletableFuture.failedFuture(
              new EngineException(
                  Kind.UNAVAILABLE,
                  "topic '%s': broker '%s' is not known to the name server"
                      .formatted(request.topic(), request.queue().broker())));
    } else {
      response =
          remote.call(
              address, request.code(), request.header(), request.body(), settings.sendTimeout());
    }
    response.whenComplete(
        (answer, failure) -> {
          List<PendingAppend> again = List.of();
          try {
            again = settle(request, answer, failure);
          } catch (RuntimeException e) {
            failAll(request, BrokerAnswer.unwrap(e));
          } finally {
            lane.finished(request, again);
          }
        });
  }

  /** Answers the request's appends; returns those that are to be sent once more. */
  private List<PendingAppend> settle(
      AppendRequest request, @Nullable RemotingCommand response, @Nullable Throwable failure) {
    String broker = request.queue().broker();
    if (response == null) {
      EngineException known = BrokerAnswer.unwrap(failure == null ? new AssertionError() : failure);
      if (known.kind() != Kind.CLOSED) {
        broken.failed(broker);
        routes.lookUp(request.topic());
      }
      return known.kind() == Kind.UNAVAILABLE && hasOther(request)
          ? again(request, known)
          : failAll(request, told(request.topic(), known));
    }
    broken.served(broker);
    if (BrokerAnswer.isSuccess(response)) {
      return store(request, response);
    }
    EngineException known = BrokerAnswer.appendFailure(request.topic(), response);
    switch (response.getCode()) {
      case ResponseCode.MESSAGE_ILLEGAL:
        if (request.appends().size() > 1) {
          // Nothing was stored; each for itself shows which one the broker refuses (D4).
          return request.appends().stream().map(PendingAppend::alone).toList();
        }
        return failAll(request, known);
      case ResponseCode.TOPIC_NOT_EXIST:
      case ResponseCode.NO_PERMISSION:
        routes.lookUp(request.topic());
        return failAll(request, known);
      case ResponseCode.SYSTEM_BUSY:
      case ResponseCode.SERVICE_NOT_AVAILABLE:
        broken.failed(broker);
        return hasOther(request) ? again(request, known) : failAll(request, known);
      default:
        return failAll(request, known);
    }
  }

  private List<PendingAppend> store(AppendRequest request, RemotingCommand response) {
    long offset = BrokerAnswer.number(response, "queueOffset");
    var partition = request.queue().of(request.topic());
    boolean delayed = request.first().message().delayed();
    if (!delayed) {
      recent.stored(request.topic(), request.queue(), offset + request.appends().size());
    }
    for (PendingAppend append : request.appends()) {
      // A delayed message lies with the timer; its own queue gives it an offset when it is due.
      append.answer().complete(new Position(partition, delayed ? -1 : offset++));
    }
    return List.of();
  }

  private boolean hasOther(AppendRequest request) {
    Route route = routes.known(request.topic());
    return route != null
        && route.writable().stream()
            .anyMatch(
                queue ->
                    !queue.broker().equals(request.queue().broker())
                        && !broken.isBroken(queue.broker()));
  }

  /**
   * For another broker; an ordered append has only its own queue, and fails at the last attempt.
   */
  private static List<PendingAppend> again(AppendRequest request, EngineException failure) {
    if (request.first().attempt() >= MAX_ATTEMPTS) {
      return failAll(request, failure);
    }
    return request.appends().stream().map(PendingAppend::again).toList();
  }

  private static List<PendingAppend> failAll(AppendRequest request, EngineException failure) {
    request.appends().forEach(append -> append.fail(failure));
    return List.of();
  }

  private static EngineException told(TopicName topic, EngineException known) {
    return new EngineException(
        known.kind(), "topic '%s': %s".formatted(topic, known.getMessage()), known);
  }

  private void sweep() {
    long now = System.nanoTime();
    for (AppendLane lane : busy) {
      busy.remove(lane);
      if (lane.sweep(now)) {
        busy.add(lane);
      }
    }
    if (!remote.isClosed()) {
      remote.schedule(SWEEP, this::sweep);
    }
  }

  /** Answers what waits, and gives the broker a moment to answer what was sent. */
  @Override
  public void close() {
    List<CompletableFuture<Position>> sent = new ArrayList<>();
    for (Map<?, AppendLane> lanes : List.of(unordered, ordered)) {
      for (AppendLane lane : lanes.values()) {
        lane.abandon(Remote.closedFailure());
        sent.addAll(lane.openAnswers());
      }
    }
    try {
      CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
          .get(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // Each caller has its own answer, or gets it when the connections close.
    }
  }
}
