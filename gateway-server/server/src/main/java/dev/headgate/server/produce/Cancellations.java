package dev.headgate.server.produce;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Capability;
import dev.headgate.engine.DelayFacet;
import dev.headgate.engine.Engine;
import dev.headgate.engine.TopicName;
import dev.headgate.server.error.EngineErrors;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.error.Outcome;
import dev.headgate.server.time.Timer;
import dev.headgate.server.token.TokenSigner;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Withdraws delayed messages that are not yet due (D30). Thread-safe. */
final class Cancellations {
  /** So shortly before its time an engine may be unable to hold a message back. */
  private static final Duration LAST_MOMENTS = Duration.ofSeconds(1);

  private final Map<String, Engine> clusters;
  private final TokenSigner tokens;
  private final Timer timer;

  Cancellations(Map<String, Engine> clusters, TokenSigner tokens, Timer timer) {
    this.clusters = clusters;
    this.tokens = tokens;
    this.timer = timer;
  }

  CompletionStage<Void> cancel(TopicName topic, String handle, long deadlineNanos) {
    DelayToken token =
        DelayToken.open(tokens, handle)
            .filter(known -> known.topic().equals(topic))
            .orElseThrow(() -> notFound(topic, "unknown", "the handle is of no message of it"));
    if (!token.dueAt().isAfter(now())) {
      throw due(token);
    }
    Attempt attempt = new Attempt(token, facet(token), deadlineNanos);
    attempt.begin();
    return attempt
        .answer()
        .thenCompose(
            done ->
                done
                    ? CompletableFuture.completedStage(null)
                    : CompletableFuture.failedStage(refusal(token)));
  }

  private DelayFacet facet(DelayToken token) {
    @Nullable Engine engine = clusters.get(token.cluster());
    if (engine == null) {
      throw notFound(
          token.topic(), "unknown", "cluster '" + token.cluster() + "' is not there any more");
    }
    return engine
        .delay()
        .orElseThrow(
            () -> EngineErrors.unsupported(token.topic(), engine.name(), Capability.CANCEL_DELAY));
  }

  /** The engine says no more than that it is too late. */
  private GatewayException refusal(DelayToken token) {
    return now().plus(LAST_MOMENTS).isBefore(token.dueAt())
        ? notFound(token.topic(), "settled", "the delayed message has been cancelled before")
        : due(token);
  }

  private static GatewayException due(DelayToken token) {
    return notFound(
        token.topic(), "due", "too late, the delayed message is due at " + token.dueAt());
  }

  private static GatewayException notFound(TopicName topic, String reason, String text) {
    return new GatewayException(
        ErrorCode.NOT_FOUND,
        Outcome.NOT_APPLIED,
        "topic '" + topic + "': " + text,
        Duration.ZERO,
        Map.of("topic", topic.value(), "reason", reason),
        null);
  }

  private Instant now() {
    return Instant.ofEpochMilli(timer.millis());
  }

  private final class Attempt extends EngineAttempt<Boolean, Boolean> {
    private final DelayToken token;
    private final DelayFacet facet;
    private final AppendOptions options;

    Attempt(DelayToken token, DelayFacet facet, long deadlineNanos) {
      super("topic '" + token.topic() + "'", deadlineNanos, timer);
      this.token = token;
      this.facet = facet;
      this.options = new AppendOptions(false, deadlineNanos);
    }

    @Override
    protected CompletionStage<Boolean> ask() {
      return facet.cancel(token.topic(), token.handle(), options);
    }

    @Override
    protected Boolean told(Boolean done) {
      return done;
    }
  }
}
