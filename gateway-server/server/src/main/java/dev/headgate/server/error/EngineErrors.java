package dev.headgate.server.error;

import dev.headgate.engine.Capability;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one mapper from what an engine says to what a caller is told (D2, D41). */
public final class EngineErrors {
  private static final Logger log = LoggerFactory.getLogger(EngineErrors.class);
  private static final Duration BROKER_PAUSE = Duration.ofMillis(200);

  private EngineErrors() {}

  /** What the caller is told; {@code subject} begins the text: {@code topic 'orders'}. */
  public static GatewayException map(Throwable failure, String subject) {
    Throwable cause = unwrap(failure);
    if (cause instanceof GatewayException told) {
      return told;
    }
    if (cause instanceof EngineException engine) {
      return map(engine, subject);
    }
    String reference = Long.toHexString(System.nanoTime());
    log.error("defect {} at {}", reference, subject, cause);
    return new GatewayException(
        ErrorCode.INTERNAL,
        Outcome.UNKNOWN,
        subject + ": internal error, reference " + reference + "; tell the platform team",
        Duration.ZERO,
        Map.of("reference", reference),
        cause);
  }

  private static GatewayException map(EngineException engine, String subject) {
    String text = subject + ": " + engine.getMessage();
    Outcome outcome = engine.mayHaveBeenApplied() ? Outcome.UNKNOWN : Outcome.NOT_APPLIED;
    return switch (engine.kind()) {
      case UNKNOWN_TOPIC -> new GatewayException(ErrorCode.UNKNOWN_TOPIC, text);
      case MESSAGE_TOO_LARGE -> new GatewayException(ErrorCode.MESSAGE_TOO_LARGE, text);
      case INVALID_ARGUMENT -> new GatewayException(ErrorCode.INVALID_ARGUMENT, text);
      case OFFSET_OUT_OF_RANGE -> new GatewayException(ErrorCode.FAILED_PRECONDITION, text);
      case UNSUPPORTED -> new GatewayException(ErrorCode.UNSUPPORTED, text);
      case PERMISSION_DENIED -> new GatewayException(ErrorCode.PERMISSION_DENIED, text);
      case THROTTLED ->
          new GatewayException(ErrorCode.OVERLOADED, outcome, text, BROKER_PAUSE, Map.of(), null);
      case UNAVAILABLE -> new GatewayException(ErrorCode.ENGINE_UNAVAILABLE, text);
      case CLOSED -> new GatewayException(ErrorCode.DRAINING, text);
      case UNCERTAIN -> new GatewayException(ErrorCode.STORE_UNCERTAIN, outcome, text);
      case DEADLINE_EXCEEDED -> new GatewayException(ErrorCode.DEADLINE_EXCEEDED, text);
      case FENCED -> new GatewayException(ErrorCode.FENCED, text);
      case INTERNAL -> {
        log.error("engine defect at {}", subject, engine);
        yield new GatewayException(ErrorCode.INTERNAL, outcome, text);
      }
    };
  }

  /** Refused before anything is stored: the engine lacks the capability (D40). */
  public static GatewayException unsupported(
      TopicName topic, String engine, Capability capability) {
    return new GatewayException(
        ErrorCode.UNSUPPORTED,
        Outcome.NOT_APPLIED,
        "topic '%s': engine '%s' does not support %s".formatted(topic, engine, capability),
        Duration.ZERO,
        Map.of("topic", topic.value(), "engine", engine, "capability", capability.name()),
        null);
  }

  /** The failure itself, out of what stages wrap it in. */
  public static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
