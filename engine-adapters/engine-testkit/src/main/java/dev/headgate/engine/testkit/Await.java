package dev.headgate.engine.testkit;

import dev.headgate.engine.EngineException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits, with a deadline, and says what it waited for when that did not come. */
final class Await {
  private static final long LOOK_AGAIN_NANOS = 5_000_000;

  private final Duration patience;

  Await(Duration patience) {
    this.patience = patience;
  }

  Duration patience() {
    return patience;
  }

  /** The stage's value. */
  <T> T value(CompletionStage<T> stage, String what) {
    try {
      return stage.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(what + ": failed with " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError(what + ": no answer within " + patience, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(what + ": interrupted", e);
    }
  }

  /** Waits for the stage to end, well or badly. */
  void end(CompletionStage<?> stage, String what) {
    value(stage.handle((value, failure) -> Boolean.TRUE), what);
  }

  /** The failure of a stage that must fail, and as the SPI demands it: with an EngineException. */
  EngineException failure(CompletionStage<?> stage, String what) {
    Object outcome =
        value(stage.handle((value, failure) -> failure == null ? "a value" : failure), what);
    Throwable failure = outcome instanceof Throwable thrown ? thrown : null;
    if (failure instanceof CompletionException && failure.getCause() != null) {
      failure = failure.getCause();
    }
    if (failure instanceof EngineException expected) {
      return expected;
    }
    throw new AssertionError(
        what + ": ended with " + outcome + " (expected: an EngineException)", failure);
  }

  /** Looks until it is so. For what the engine tells nobody; events are waited for as events. */
  void until(BooleanSupplier condition, String what) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError(what + ": not so within " + patience);
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }
}
