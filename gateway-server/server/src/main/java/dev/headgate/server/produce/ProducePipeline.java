package dev.headgate.server.produce;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.Message;
import dev.headgate.engine.Position;
import dev.headgate.engine.TopicName;
import dev.headgate.server.auth.Caller;
import dev.headgate.server.error.EngineErrors;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.error.Outcome;
import dev.headgate.server.metrics.GatewayMetrics;
import dev.headgate.server.metrics.TopicMetrics;
import dev.headgate.server.routing.Route;
import dev.headgate.server.routing.TopicCreation;
import dev.headgate.server.routing.TopicRouting;
import dev.headgate.server.time.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The way of a message in: route → rules → append → outcome. The gateway's own retries are for
 * refusals only, where nothing was stored, and stay inside the caller's deadline (D3); what may
 * have been stored is never sent again from here.
 */
public final class ProducePipeline implements ProduceService {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final TopicRouting routing;
  private final TopicCreation creation;
  private final SendRules rules;
  private final Timer timer;
  private final FirstAppends firstAppends;
  private final GatewayMetrics metrics;
  private volatile boolean draining;

  /** Wires the pipeline; engines come with the routes. */
  public ProducePipeline(
      TopicRouting routing, TopicCreation creation, Timer timer, GatewayMetrics metrics) {
    this.routing = routing;
    this.creation = creation;
    this.rules = new SendRules(new MessageIds(timer), timer);
    this.timer = timer;
    this.firstAppends = new FirstAppends(timer);
    this.metrics = metrics;
  }

  /** From now on every send is refused with DRAINING; those under way complete. */
  public void drain() {
    draining = true;
  }

  @Override
  public CompletionStage<Sent> send(
      Caller caller, String topic, SendCommand command, long deadlineNanos) {
    try {
      TopicName name = routing.topic(topic);
      Route route = routing.route(name);
      try {
        return send(name, route, command, deadlineNanos);
      } catch (GatewayException e) {
        return refused(e, metrics.knownTopic(name));
      }
    } catch (GatewayException e) {
      return refused(e, metrics.noTopic());
    }
  }

  @Override
  public List<CompletionStage<Sent>> sendBatch(
      Caller caller, String topic, List<SendCommand> commands, long deadlineNanos) {
    List<CompletionStage<Sent>> answers = new ArrayList<>(commands.size());
    for (SendCommand command : commands) {
      answers.add(send(caller, topic, command, deadlineNanos));
    }
    return answers;
  }

  private CompletionStage<Sent> send(
      TopicName topic, Route route, SendCommand command, long deadlineNanos) {
    if (draining) {
      throw new GatewayException(
          ErrorCode.DRAINING, "this node is stopping; nothing was stored, use another node");
    }
    Message message = rules.admit(topic, route, command);
    Attempt attempt = new Attempt(topic, route, message, deadlineNanos);
    firstAppends.enter(topic, attempt::append, attempt.answer);
    return attempt.answer;
  }

  private static CompletionStage<Sent> refused(GatewayException e, TopicMetrics topic) {
    topic.refused(e.code());
    return CompletableFuture.failedFuture(e);
  }

  /** One message on its way to the engine, with the retries that it needs. */
  private final class Attempt {
    private final CompletableFuture<Sent> answer = new CompletableFuture<>();
    private final TopicName topic;
    private final Route route;
    private final Message message;
    private final long deadlineNanos;
    private final AppendOptions options;
    private final long begunNanos;
    private boolean created;
    private Duration pause = FIRST_PAUSE;

    Attempt(TopicName topic, Route route, Message message, long deadlineNanos) {
      this.topic = topic;
      this.route = route;
      this.message = message;
      this.deadlineNanos = deadlineNanos;
      this.begunNanos = timer.nanoTime();
      // A key asks for order (D6), whether its topic is consumed in order or not.
      this.options = new AppendOptions(route.ordered() || message.key() != null, deadlineNanos);
    }

    void append() {
      if (deadlineNanos - timer.nanoTime() <= 0) {
        fail(
            new GatewayException(
                ErrorCode.DEADLINE_EXCEEDED,
                Outcome.NOT_APPLIED,
                "topic '"
                    + topic
                    + "': the deadline passed before the message was sent to the engine"));
        return;
      }
      CompletionStage<Position> stored;
      try {
        stored = route.engine().append(topic, message, options);
      } catch (RuntimeException e) {
        fail(EngineErrors.map(e, "topic '" + topic + "'"));
        return;
      }
      stored.whenComplete(
          (position, failure) -> {
            if (failure == null) {
              metrics.topic(topic).sent(timer.nanoTime() - begunNanos);
              answer.complete(
                  new Sent(
                      message.id(),
                      message.deliverAt() == null && position.offset() >= 0
                          ? position.toString()
                          : null,
                      null));
            } else {
              recover(EngineErrors.unwrap(failure));
            }
          });
    }

    private void recover(Throwable failure) {
      if (failure instanceof EngineException engine) {
        if (engine.kind() == EngineException.Kind.UNKNOWN_TOPIC) {
          firstAppends.forget(topic);
        }
        if (engine.kind() == EngineException.Kind.UNKNOWN_TOPIC && route.autoCreate() && !created) {
          created = true;
          creation
              .ensure(topic, route, route.ordered())
              .whenComplete(
                  (done, refused) -> {
                    if (refused == null) {
                      append();
                    } else {
                      recover(EngineErrors.unwrap(refused));
                    }
                  });
          return;
        }
        if (engine.kind() == EngineException.Kind.UNAVAILABLE
            && deadlineNanos - timer.nanoTime() > pause.toNanos()) {
          Duration now = pause;
          pause =
              pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                  ? pause.multipliedBy(2)
                  : LONGEST_PAUSE;
          timer.after(now, this::append);
          return;
        }
      }
      fail(EngineErrors.map(failure, "topic '" + topic + "'"));
    }

    private void fail(GatewayException told) {
      if (told.outcome() == Outcome.UNKNOWN) {
        metrics.topic(topic).indeterminate();
      } else if (told.code().category() == ErrorCode.Category.CALLER) {
        // A name that is wrong must not take the labels of one that is right.
        metrics.knownTopic(topic).refused(told.code());
      } else {
        metrics.topic(topic).refused(told.code());
      }
      answer.completeExceptionally(told);
    }
  }
}
