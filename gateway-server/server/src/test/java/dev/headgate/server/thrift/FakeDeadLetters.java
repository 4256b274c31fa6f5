package dev.headgate.server.thrift;

import dev.headgate.engine.Bytes;
import dev.headgate.engine.Message;
import dev.headgate.server.deadletter.DeadLetter;
import dev.headgate.server.deadletter.DeadLetterService;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One letter for whoever asks; remembers what it was asked to remove. */
final class FakeDeadLetters implements DeadLetterService {
  final List<Selection> selections = new ArrayList<>();

  @Override
  public CompletionStage<Page> browse(
      String group,
      @Nullable String topic,
      int maxLetters,
      @Nullable String page,
      long deadlineNanos) {
    Message message =
        new Message("id1", Bytes.utf8("body"), null, null, List.of(), null, Instant.EPOCH, null);
    DeadLetter letter =
        new DeadLetter(
            "main:0@7", message, "orders", 16, "no good", Instant.ofEpochMilli(5), "q:0@3");
    return CompletableFuture.completedFuture(
        new Page(List.of(letter), page == null ? "after " + maxLetters : null));
  }

  @Override
  public CompletionStage<Done> replay(Selection selection, long deadlineNanos) {
    selections.add(selection);
    return CompletableFuture.completedFuture(new Done(3, 1, "no route", true));
  }

  @Override
  public CompletionStage<Done> purge(Selection selection, long deadlineNanos) {
    selections.add(selection);
    return CompletableFuture.completedFuture(new Done(2, 0, null, false));
  }
}
