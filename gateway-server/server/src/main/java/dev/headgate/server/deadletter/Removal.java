package dev.headgate.server.deadletter;

import dev.headgate.server.deadletter.DeadLetterService.Done;
import dev.headgate.server.error.EngineErrors;
import dev.headgate.server.error.ErrorCode.Category;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.error.Outcome;
import dev.headgate.server.error.Stages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One replay or purge: takes letters page by page, does with each page what it is there for, then
 * has it written down that they are removed. For one step at a time.
 */
final class Removal {
  private static final int PAGE = 32;

  /** Letters named one by one are all read before the first is done with. */
  private static final int NAMED_PAGE = 8;

  private final Before before;
  private final @Nullable String originTopic;
  private final TimeLimit limit;
  private long count;
  private long failed;
  private @Nullable String reason;
  private boolean more;

  /**
   * Over all that were sent to the topic, where it is not null.
   *
   * @param before what is done with letters before they are removed
   */
  Removal(Before before, @Nullable String originTopic, TimeLimit limit) {
    this.before = before;
    this.originTopic = originTopic;
    this.limit = limit;
  }

  /** What is done with letters before they are removed: by letter, nothing or a failure. */
  @FunctionalInterface
  interface Before {
    CompletionStage<List<Optional<GatewayException>>> apply(List<Letter> letters, TimeLimit limit);
  }

  /** So far. */
  Done done() {
    return new Done(count, failed, reason, more);
  }

  /** Takes all letters. */
  CompletionStage<Void> all(LetterTopic topic) {
    LetterWalk walk =
        new LetterWalk(
            topic.partitions().stream().map(p -> new LetterCursor(topic, p, 0)).toList(),
            originTopic,
            limit);
    return pages(
        () ->
            walk.page(PAGE)
                .thenCompose(
                    page ->
                        page.isEmpty() ? walk.atEnd().thenApply(this::ended) : take(topic, page)));
  }

  private boolean ended(boolean atEnd) {
    more |= !atEnd;
    return false;
  }

  /** Takes the letters of these ids. */
  CompletionStage<Void> named(LetterTopic topic, List<LetterId> ids) {
    Iterator<LetterId> left = ids.iterator();
    return pages(
        () -> {
          List<CompletionStage<Optional<Letter>>> page = new ArrayList<>(NAMED_PAGE);
          while (left.hasNext() && page.size() < NAMED_PAGE) {
            page.add(find(topic, left.next()));
          }
          return page.isEmpty()
              ? CompletableFuture.completedStage(false)
              : Stages.all(page)
                  .thenCompose(
                      found -> take(topic, found.stream().flatMap(Optional::stream).toList()));
        });
  }

  private CompletionStage<Optional<Letter>> find(LetterTopic topic, LetterId id) {
    return topic
        .find(id)
        .thenApply(
            found -> {
              if (found.isEmpty()) {
                fail(id + ": no such dead letter");
                return found;
              }
              String origin = found.get().originTopic();
              if (originTopic != null && !originTopic.equals(origin)) {
                fail("%s: is of topic '%s'".formatted(id, origin == null ? "" : origin));
                return Optional.empty();
              }
              return found;
            });
  }

  /** The ids name no cluster that could have them. */
  void nowhere(LetterId id) {
    fail(id + ": no such dead letter");
  }

  /** Removes everything there is. */
  CompletionStage<Void> everything(LetterTopic topic) {
    if (more || limit.isOver()) {
      more = true;
      return Stages.done();
    }
    return topic.removeAll().thenAccept(removed -> count += removed);
  }

  private CompletionStage<Void> pages(Supplier<CompletionStage<Boolean>> page) {
    return Repeat.whileTrue(
        () -> {
          if (limit.isOver()) {
            more = true;
          }
          return more ? CompletableFuture.completedStage(false) : page.get();
        });
  }

  /** What has been done is told; a failure is the answer only where nothing has. */
  CompletionStage<Void> brokenOff(Throwable failure) {
    GatewayException told = EngineErrors.map(failure, "dead letters");
    if (count == 0) {
      return CompletableFuture.failedStage(told);
    }
    more = true;
    reason = reason == null ? String.valueOf(told.getMessage()) : reason;
    return Stages.done();
  }

  /** Whether to go on. */
  private CompletionStage<Boolean> take(LetterTopic topic, List<Letter> page) {
    if (page.isEmpty()) {
      return CompletableFuture.completedStage(true);
    }
    return before
        .apply(page, limit)
        .thenCompose(
            failures -> {
              List<GatewayException> why = failures.stream().flatMap(Optional::stream).toList();
              if (why.size() == page.size() && why.stream().allMatch(Removal::passes)) {
                // Later letters would meet the same: the broker is away, or full.
                return CompletableFuture.failedStage(why.get(0));
              }
              List<Letter> taken = new ArrayList<>(page.size());
              for (int i = 0; i < page.size(); i++) {
                Letter letter = page.get(i);
                failures
                    .get(i)
                    .ifPresentOrElse(
                        failure -> fail(letter.id() + ": " + failure.getMessage()),
                        () -> taken.add(letter));
              }
              return topic
                  .remove(taken, limit.deadlineNanos())
                  .exceptionallyCompose(Removal::notRemoved)
                  .thenApply(
                      done -> {
                        count += taken.size();
                        return true;
                      });
            });
  }

  private static boolean passes(GatewayException failure) {
    Category category = failure.code().category();
    return category == Category.AVAILABILITY || category == Category.LIMIT;
  }

  private static CompletionStage<Void> notRemoved(Throwable failure) {
    GatewayException told = EngineErrors.map(failure, "dead letters");
    return CompletableFuture.failedStage(
        new GatewayException(
            told.code(),
            Outcome.UNKNOWN,
            told.getMessage() + "; some letters may have been dealt with, and still be there",
            Duration.ZERO,
            Map.of(),
            told));
  }

  private void fail(String why) {
    failed++;
    reason = reason == null ? why : reason;
  }
}
