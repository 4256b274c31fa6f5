package dev.headgate.server.deadletter;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Shows a group's dead letters, delivers them again and removes them. Never blocks, never throws:
 * stages fail with GatewayException only. A call that would not be done by its deadline ({@link
 * System#nanoTime()}) answers shortly before it with what it has done.
 */
public interface DeadLetterService {
  /**
   * Letters, oldest first; they stay where they are.
   *
   * @param topic only those that were sent to it; null for all
   * @param maxLetters at most so many, fewer where their bodies are large
   * @param page as {@link Page#next} of the page before; null for the first
   */
  CompletionStage<Page> browse(
      String group,
      @Nullable String topic,
      int maxLetters,
      @Nullable String page,
      long deadlineNanos);

  /**
   * Delivers them to the group again, with attempt 1, and removes them. A crash in between leaves a
   * letter that has been delivered again; none is lost.
   */
  CompletionStage<Done> replay(Selection selection, long deadlineNanos);

  /** Removes them for good. */
  CompletionStage<Done> purge(Selection selection, long deadlineNanos);

  /**
   * Which letters: those there are when the call begins.
   *
   * @param topic only those that were sent to it; null for all
   * @param ids only these; null for all
   */
  record Selection(String group, @Nullable String topic, @Nullable List<String> ids) {}

  /**
   * Some letters.
   *
   * @param next names the page after this one; null at the end
   */
  record Page(List<DeadLetter> letters, @Nullable String next) {}

  /**
   * What has been done.
   *
   * @param count letters replayed or purged
   * @param failed selected letters that could not be
   * @param reason why the first of them could not; null when none failed
   * @param more whether selected letters have not been tried
   */
  record Done(long count, long failed, @Nullable String reason, boolean more) {}
}
