package dev.headgate.server.deadletter;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Does a step again and again, each after the one before. A loop, not a recursion: stages that are
 * complete at once, any number of them, do not grow the stack.
 */
final class Repeat {
  private Repeat() {}

  /** Completes when a step has answered false, or fails as the first step that fails. */
  static CompletionStage<Void> whileTrue(Supplier<? extends CompletionStage<Boolean>> step) {
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    run(step, done);
    return done;
  }

  private static void run(
      Supplier<? extends CompletionStage<Boolean>> step, CompletableFuture<@Nullable Void> done) {
    boolean again = true;
    while (again) {
      CompletableFuture<Boolean> answer;
      try {
        answer = step.get().toCompletableFuture();
      } catch (RuntimeException e) {
        done.completeExceptionally(e);
        return;
      }
      if (!answer.isDone()) {
        answer.whenComplete(
            (goOn, failure) -> {
              if (goes(goOn, failure, done)) {
                run(step, done);
              }
            });
        return;
      }
      again = answer.handle((goOn, failure) -> goes(goOn, failure, done)).join();
    }
  }

  private static boolean goes(
      @Nullable Boolean goOn, @Nullable Throwable failure, CompletableFuture<@Nullable Void> done) {
    if (failure != null) {
      done.completeExceptionally(failure);
      return false;
    }
    if (goOn == null || !goOn) {
      done.complete(null);
      return false;
    }
    return true;
  }
}
