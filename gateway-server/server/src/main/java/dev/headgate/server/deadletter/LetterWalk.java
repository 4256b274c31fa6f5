package dev.headgate.server.deadletter;

import dev.headgate.server.error.Stages;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Goes through the letters of several partitions, the oldest first. For one step at a time. */
final class LetterWalk {
  private static final long PAGE_BYTES = 4L << 20;

  private final List<LetterCursor> cursors;
  private final @Nullable String originTopic;
  private final TimeLimit limit;

  /** Only letters that were sent to the topic, where it is not null. */
  LetterWalk(List<LetterCursor> cursors, @Nullable String originTopic, TimeLimit limit) {
    this.cursors = List.copyOf(cursors);
    this.originTopic = originTopic;
    this.limit = limit;
  }

  /** The next letters, at least one where there is one and time is left. */
  CompletionStage<List<Letter>> page(int maxLetters) {
    List<Letter> page = new ArrayList<>();
    long[] bytes = new long[1];
    return Repeat.whileTrue(
            () ->
                oldest()
                    .thenApply(
                        found -> {
                          LetterCursor cursor = found.orElse(null);
                          Letter letter = cursor == null ? null : cursor.head();
                          if (cursor == null || letter == null) {
                            return false;
                          }
                          bytes[0] += letter.message().size();
                          if (!page.isEmpty() && bytes[0] > PAGE_BYTES) {
                            return false;
                          }
                          page.add(letter);
                          cursor.take();
                          return page.size() < maxLetters;
                        }))
        .thenApply(done -> page);
  }

  /** Whether nothing is left; false too when time ran out before that could be seen. */
  CompletionStage<Boolean> atEnd() {
    return oldest().thenApply(found -> cursors.stream().allMatch(LetterCursor::atEnd));
  }

  List<LetterCursor> cursors() {
    return cursors;
  }

  private CompletionStage<Optional<LetterCursor>> oldest() {
    return Stages.all(cursors.stream().map(cursor -> cursor.fill(originTopic, limit)).toList())
        .thenApply(
            filled -> {
              // Out of time, one cursor may lack its head: the oldest letter is not known then.
              if (cursors.stream().anyMatch(c -> c.head() == null && !c.atEnd())) {
                return Optional.empty();
              }
              return cursors.stream()
                  .filter(cursor -> cursor.head() != null)
                  .min(Comparator.comparing(LetterWalk::storedAt));
            });
  }

  private static Instant storedAt(LetterCursor cursor) {
    Letter head = cursor.head();
    return head == null ? Instant.MAX : head.stored().storedAt();
  }
}
