package dev.headgate.client;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call that failed: answered so by the gateway, or broken on the way. {@link #outcome()} is the
 * field to look at before sending again.
 */
public final class HeadgateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int codeNumber;
  private final ErrorCategory category;
  private final boolean retryable;
  private final Outcome outcome;
  private final Duration retryAfter;
  private final transient Map<String, String> details;

  HeadgateException(
      int codeNumber,
      ErrorCategory category,
      String message,
      boolean retryable,
      Outcome outcome,
      Duration retryAfter,
      Map<String, String> details,
      @Nullable Throwable cause) {
    super(message, cause);
    this.codeNumber = codeNumber;
    this.category = category;
    this.retryable = retryable;
    this.outcome = outcome;
    this.retryAfter = retryAfter;
    this.details = Map.copyOf(details);
  }

  /** A failure that the client itself has noticed. */
  static HeadgateException local(
      ErrorCode code, Outcome outcome, String message, @Nullable Throwable cause) {
    boolean retryable =
        code == ErrorCode.GATEWAY_UNREACHABLE
            || code == ErrorCode.DEADLINE_EXCEEDED
            || code == ErrorCode.CLIENT_OVERLOADED;
    ErrorCategory category =
        switch (code) {
          case INTERRUPTED, CLIENT_CLOSED -> ErrorCategory.CALLER;
          case CLIENT_OVERLOADED -> ErrorCategory.LIMIT;
          case GATEWAY_UNREACHABLE, DEADLINE_EXCEEDED -> ErrorCategory.AVAILABILITY;
          default -> ErrorCategory.INTERNAL;
        };
    return new HeadgateException(
        code.number(), category, message, retryable, outcome, Duration.ZERO, Map.of(), cause);
  }

  /** This failure, as the end of a call of which an earlier attempt may have been applied. */
  HeadgateException afterUncertainAttempt() {
    if (outcome == Outcome.UNKNOWN) {
      return this;
    }
    return new HeadgateException(
        codeNumber,
        category,
        getMessage() + " (an earlier attempt of this call may have been applied)",
        retryable,
        Outcome.UNKNOWN,
        retryAfter,
        details,
        this);
  }

  /** What happened; {@link ErrorCode#UNRECOGNIZED} when this client is older than the code. */
  public ErrorCode code() {
    return ErrorCode.of(codeNumber);
  }

  /** The stable number of the code, known to this client or not. */
  public int codeNumber() {
    return codeNumber;
  }

  /** Who has to act. */
  public ErrorCategory category() {
    return category;
  }

  /** Whether the same call may succeed later; to be read together with {@link #outcome()}. */
  public boolean retryable() {
    return retryable;
  }

  /** Whether the work of the call may have been done. */
  public Outcome outcome() {
    return outcome;
  }

  /** How long to wait before a retry; zero: the caller's own back-off decides. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /** Machine-readable facts, such as {@code topic}, {@code sizeBytes}, {@code limitBytes}. */
  public Map<String, String> details() {
    return details;
  }

  @Override
  public String toString() {
    String name = code() == ErrorCode.UNRECOGNIZED ? "code " + codeNumber : code().name();
    return "HeadgateException: " + name + ", outcome " + outcome + ": " + getMessage();
  }
}
