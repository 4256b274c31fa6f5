package dev.headgate.engine.testkit;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.TopicName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What became of each append of a test, as the engine told it (D2). Thread-safe. */
final class AppendLedger {
  private final List<CompletionStage<?>> answers = new ArrayList<>();
  private final Set<String> acknowledged = new HashSet<>();
  private final Set<String> uncertain = new HashSet<>();

  /** Appends; the stage completes with true when the answer is in the ledger, and never fails. */
  CompletionStage<Boolean> append(
      Engine engine, TopicName topic, String body, AppendOptions options) {
    CompletionStage<Boolean> answer =
        engine
            .append(topic, Messages.text(body), options)
            .handle((position, failure) -> record(body, failure));
    synchronized (this) {
      answers.add(answer);
    }
    return answer;
  }

  /** Waits until every append has been answered. */
  void awaitAnswers(Await await) {
    List<CompletionStage<?>> all;
    synchronized (this) {
      all = List.copyOf(answers);
    }
    all.forEach(answer -> await.end(answer, "append"));
  }

  synchronized Set<String> acknowledged() {
    return Set.copyOf(acknowledged);
  }

  /** What may have been stored: all that the engine did not tell to be not stored. */
  synchronized Set<String> possible() {
    Set<String> possible = new HashSet<>(acknowledged);
    possible.addAll(uncertain);
    return possible;
  }

  private synchronized boolean record(String body, @Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause == null) {
      acknowledged.add(body);
    } else if (!(cause instanceof EngineException known) || known.mayHaveBeenApplied()) {
      uncertain.add(body);
    }
    return true;
  }
}
