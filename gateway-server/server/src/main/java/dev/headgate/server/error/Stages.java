package dev.headgate.server.error;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Puts stages together, and has them fail as callers are told. */
public final class Stages {
  private Stages() {}

  /** Complete, with nothing. */
  public static CompletionStage<Void> done() {
    return CompletableFuture.allOf();
  }

  /** The values of all, in their order; fails when one fails. */
  public static <T> CompletionStage<List<T>> all(List<? extends CompletionStage<T>> stages) {
    CompletableFuture<?>[] futures =
        stages.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(futures)
        .thenApply(
            done -> {
              List<T> values = new ArrayList<>(stages.size());
              for (CompletionStage<T> stage : stages) {
                values.add(stage.toCompletableFuture().join());
              }
              return values;
            });
  }

  /** Whatever goes wrong in making the stage, or in it, becomes a {@link GatewayException}. */
  public static <T> CompletionStage<T> guarded(String subject, Supplier<CompletionStage<T>> work) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    CompletionStage<T> stage;
    try {
      stage = work.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(EngineErrors.map(e, subject));
    }
    stage.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            answer.complete(value);
          } else {
            answer.completeExceptionally(EngineErrors.map(failure, subject));
          }
        });
    return answer;
  }
}
