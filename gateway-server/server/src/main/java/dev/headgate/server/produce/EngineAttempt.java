package dev.headgate.server.produce;

import dev.headgate.engine.EngineException;
import dev.headgate.server.error.EngineErrors;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.error.Outcome;
import dev.headgate.server.time.Timer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One request to an engine, with the retries that it needs. They are for refusals only, where
 * nothing was stored, and stay inside the caller's deadline (D3); what may have been stored is
 * never asked again from here.
 *
 * @param <S> what the engine answers
 * @param <T> what the caller is told
 */
public abstract class EngineAttempt<S, T> {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final CompletableFuture<T> answer = new CompletableFuture<>();
  private final String subject;
  private final long deadlineNanos;
  private final Timer timer;
  private Duration pause = FIRST_PAUSE;

  /**
   * Asks nothing yet.
   *
   * @param subject begins the texts of failures: {@code topic 'orders'}
   */
  protected EngineAttempt(String subject, long deadlineNanos, Timer timer) {
    this.subject = subject;
    this.deadlineNanos = deadlineNanos;
    this.timer = timer;
  }

  /** Asks the engine. */
  protected abstract CompletionStage<S> ask();

  /** The engine's answer in the caller's terms. Called once, and only if there is one. */
  protected abstract T told(S answered);

  /** Whether the failure is being mended, and {@link #begin} or {@link #recover} called then. */
  protected boolean mend(EngineException failure) {
    return false;
  }

  /** Told of the failure before the caller is. */
  protected void failed(GatewayException failure) {}

  /** Completes once, on the engine's thread, the timer's or the caller's. */
  public final CompletableFuture<T> answer() {
    return answer;
  }

  /** Asks now. */
  public final void begin() {
    if (deadlineNanos - timer.nanoTime() <= 0) {
      fail(
          new GatewayException(
              ErrorCode.DEADLINE_EXCEEDED,
              Outcome.NOT_APPLIED,
              subject + ": the deadline passed before the message was sent to the engine"));
      return;
    }
    CompletionStage<S> asked;
    try {
      asked = ask();
    } catch (RuntimeException e) {
      fail(EngineErrors.map(e, subject));
      return;
    }
    asked.whenComplete(
        (answered, failure) -> {
          if (failure != null) {
            recover(EngineErrors.unwrap(failure));
            return;
          }
          try {
            answer.complete(told(answered));
          } catch (RuntimeException e) {
            fail(EngineErrors.map(e, subject));
          }
        });
  }

  /** Asks again where that can help, else fails. */
  protected final void recover(Throwable failure) {
    if (failure instanceof EngineException engine) {
      if (mend(engine)) {
        return;
      }
      if (engine.kind() == EngineException.Kind.UNAVAILABLE
          && deadlineNanos - timer.nanoTime() > pause.toNanos()) {
        Duration now = pause;
        Duration next = pause.multipliedBy(2);
        pause = next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
        timer.after(now, this::begin);
        return;
      }
    }
    fail(EngineErrors.map(failure, subject));
  }

  private void fail(GatewayException failure) {
    failed(failure);
    answer.completeExceptionally(failure);
  }
}
