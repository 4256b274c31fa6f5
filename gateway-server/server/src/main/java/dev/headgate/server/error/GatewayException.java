package dev.headgate.server.error;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a call, or one entry of it, failed. Its text is for the caller: what happened, to which
 * topic, what to do; it never holds a stack trace, an address or a class name. Carries no stack
 * trace unless it has a cause, so that refusing is cheap.
 */
public final class GatewayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final Outcome outcome;
  private final Duration retryAfter;

  @SuppressWarnings("serial") // Map.copyOf is serializable; this exception is never serialized.
  private final Map<String, String> details;

  /** A refusal before anything was stored. */
  public GatewayException(ErrorCode code, String message) {
    this(code, Outcome.NOT_APPLIED, message, Duration.ZERO, Map.of(), null);
  }

  /** A failure with a known or unknown outcome. */
  public GatewayException(ErrorCode code, Outcome outcome, String message) {
    this(code, outcome, message, Duration.ZERO, Map.of(), null);
  }

  /** A failure with everything. */
  public GatewayException(
      ErrorCode code,
      Outcome outcome,
      String message,
      Duration retryAfter,
      Map<String, String> details,
      @Nullable Throwable cause) {
    super(message, cause, false, cause != null);
    this.code = code;
    this.outcome = outcome;
    this.retryAfter = retryAfter;
    this.details = Map.copyOf(details);
  }

  /** The stable code. */
  public ErrorCode code() {
    return code;
  }

  /** What became of the work. */
  public Outcome outcome() {
    return outcome;
  }

  /** How long to wait before a retry; zero leaves it to the client's back-off. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /** Machine-readable facts, such as {@code topic}, {@code sizeBytes}, {@code limitBytes}. */
  public Map<String, String> details() {
    return details;
  }
}
