package dev.headgate.server.produce;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Capability;
import dev.headgate.engine.DelayFacet;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Message;
import dev.headgate.engine.Position;
import dev.headgate.engine.TopicName;
import dev.headgate.engine.TransactionFacet;
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
import dev.headgate.server.token.TokenSigner;
import dev.headgate.server.trace.MessageTrace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The way of a message in: route → rules → append → outcome; delayed and prepared messages go the
 * same way, to another facet of the engine. See {@link EngineAttempt} for what is tried again.
 */
public final class ProducePipeline implements ProduceService {
  private final TopicRouting routing;
  private final TopicCreation creation;
  private final SendRules rules;
  private final Timer timer;
  private final FirstAppends firstAppends;
  private final GatewayMetrics metrics;
  private final MessageTrace trace;
  private final TokenSigner tokens;
  private final Cancellations cancellations;
  private volatile boolean draining;

  /** Wires the pipeline; engines come with the routes, and by cluster for what was sent before. */
  public ProducePipeline(
      TopicRouting routing,
      TopicCreation creation,
      Map<String, Engine> clusters,
      TokenSigner tokens,
      Timer timer,
      GatewayMetrics metrics) {
    this(routing, creation, clusters, tokens, timer, metrics, MessageTrace.OFF);
  }

  /** The same, with tracing. */
  public ProducePipeline(
      TopicRouting routing,
      TopicCreation creation,
      Map<String, Engine> clusters,
      TokenSigner tokens,
      Timer timer,
      GatewayMetrics metrics,
      MessageTrace trace) {
    this.routing = routing;
    this.creation = creation;
    this.rules = new SendRules(new MessageIds(timer), timer);
    this.timer = timer;
    this.firstAppends = new FirstAppends(timer);
    this.metrics = metrics;
    this.trace = trace;
    this.tokens = tokens;
    this.cancellations = new Cancellations(clusters, tokens, timer);
  }

  /** From now on every send is refused with DRAINING; those under way complete. */
  public void drain() {
    draining = true;
  }

  @Override
  public CompletionStage<Sent> send(
      Caller caller, String topic, SendCommand command, long deadlineNanos) {
    return admitted(
        topic,
        command,
        (name, route, message) -> {
          DelayFacet delay = message.deliverAt() == null ? null : delay(route);
          return delay == null
              ? new Append(name, route, message, deadlineNanos)
              : new DelayedAppend(name, route, delay, message, deadlineNanos);
        });
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

  @Override
  public CompletionStage<Void> cancel(
      Caller caller, String topic, String delayHandle, long deadlineNanos) {
    try {
      return cancellations.cancel(routing.topic(topic), delayHandle, deadlineNanos);
    } catch (GatewayException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Stores a message invisibly (D31); fails as {@link #send} does. */
  public CompletionStage<HalfMessage> prepare(
      String topic, GroupName producerGroup, SendCommand command, long deadlineNanos) {
    return admitted(
        topic,
        command,
        (name, route, message) ->
            new Prepare(
                name, route, transactions(name, route), producerGroup, message, deadlineNanos));
  }

  private interface Way<T> {
    StoreAttempt<?, T> attempt(TopicName topic, Route route, Message message);
  }

  private <T> CompletionStage<T> admitted(String topic, SendCommand command, Way<T> way) {
    TopicMetrics counted = metrics.noTopic();
    try {
      TopicName name = routing.topic(topic);
      Route route = routing.route(name);
      counted = metrics.knownTopic(name);
      if (draining) {
        throw new GatewayException(
            ErrorCode.DRAINING, "this node is stopping; nothing was stored, use another node");
      }
      StoreAttempt<?, T> attempt = way.attempt(name, route, rules.admit(name, route, command));
      firstAppends.enter(name, attempt::begin, attempt.answer());
      return attempt.answer();
    } catch (GatewayException e) {
      counted.refused(e.code());
      return CompletableFuture.failedFuture(e);
    }
  }

  private static @Nullable DelayFacet delay(Route route) {
    return route.engine().delay().orElse(null);
  }

  private static TransactionFacet transactions(TopicName topic, Route route) {
    return route
        .engine()
        .transactions()
        .orElseThrow(
            () -> EngineErrors.unsupported(topic, route.engine().name(), Capability.TRANSACTIONS));
  }

  /** One message on its way to the engine. */
  private abstract class StoreAttempt<S, T> extends EngineAttempt<S, T> {
    final TopicName topic;
    final Route route;
    final Message message;
    final AppendOptions options;
    private final long begunNanos;
    private boolean created;

    StoreAttempt(TopicName topic, Route route, Message message, long deadlineNanos) {
      super("topic '" + topic + "'", deadlineNanos, timer);
      this.topic = topic;
      this.route = route;
      this.message = message;
      this.begunNanos = timer.nanoTime();
      // A key asks for order (D6), whether its topic is consumed in order or not.
      this.options = new AppendOptions(route.ordered() || message.key() != null, deadlineNanos);
    }

    /** The message is stored, and will be seen. */
    void countSent() {
      long tookNanos = timer.nanoTime() - begunNanos;
      metrics.topic(topic).sent(tookNanos);
      trace.sent(topic, message, tookNanos, null);
    }

    @Override
    protected boolean mend(EngineException failure) {
      if (failure.kind() != EngineException.Kind.UNKNOWN_TOPIC) {
        return false;
      }
      firstAppends.forget(topic);
      if (!route.autoCreate() || created) {
        return false;
      }
      created = true;
      creation
          .ensure(topic, route, route.ordered())
          .whenComplete(
              (done, refused) -> {
                if (refused == null) {
                  begin();
                } else {
                  created = false;
                  recover(EngineErrors.unwrap(refused));
                }
              });
      return true;
    }

    @Override
    protected void failed(GatewayException failure) {
      trace.sent(topic, message, timer.nanoTime() - begunNanos, failure.code().name());
      if (failure.outcome() == Outcome.UNKNOWN) {
        metrics.topic(topic).indeterminate();
      } else if (failure.code().category() == ErrorCode.Category.CALLER) {
        // A name that is wrong must not take the labels of one that is right.
        metrics.knownTopic(topic).refused(failure.code());
      } else {
        metrics.topic(topic).refused(failure.code());
      }
    }
  }

  private final class Append extends StoreAttempt<Position, Sent> {
    Append(TopicName topic, Route route, Message message, long deadlineNanos) {
      super(topic, route, message, deadlineNanos);
    }

    @Override
    protected CompletionStage<Position> ask() {
      return route.engine().append(topic, message, options);
    }

    @Override
    protected Sent told(Position position) {
      countSent();
      return new Sent(
          message.id(),
          message.deliverAt() == null && position.offset() >= 0 ? position.toString() : null,
          null);
    }
  }

  private final class DelayedAppend extends StoreAttempt<String, Sent> {
    private final DelayFacet delay;

    DelayedAppend(
        TopicName topic, Route route, DelayFacet delay, Message message, long deadlineNanos) {
      super(topic, route, message, deadlineNanos);
      this.delay = delay;
    }

    @Override
    protected CompletionStage<String> ask() {
      return delay.appendDelayed(topic, message, options);
    }

    @Override
    protected Sent told(String handle) {
      countSent();
      Instant due = message.deliverAt();
      return new Sent(
          message.id(),
          null,
          new DelayToken(route.cluster(), topic, due == null ? message.bornAt() : due, handle)
              .sign(tokens));
    }
  }

  private final class Prepare extends StoreAttempt<String, HalfMessage> {
    private final TransactionFacet facet;
    private final GroupName producerGroup;

    Prepare(
        TopicName topic,
        Route route,
        TransactionFacet facet,
        GroupName producerGroup,
        Message message,
        long deadlineNanos) {
      super(topic, route, message, deadlineNanos);
      this.facet = facet;
      this.producerGroup = producerGroup;
      if (message.deliverAt() != null) {
        throw new GatewayException(
            ErrorCode.INVALID_ARGUMENT,
            "topic '" + topic + "': a prepared message cannot be delayed");
      }
    }

    @Override
    protected CompletionStage<String> ask() {
      return facet.prepare(topic, producerGroup, message, options);
    }

    @Override
    protected HalfMessage told(String engineId) {
      return new HalfMessage(topic, route, message.id(), engineId);
    }
  }
}
