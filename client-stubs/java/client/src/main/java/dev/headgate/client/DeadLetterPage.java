package dev.headgate.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some dead letters.
 *
 * @param letters oldest first
 * @param nextPage names the page after this one; null at the end
 */
public record DeadLetterPage(List<DeadLetter> letters, @Nullable String nextPage) {
  public DeadLetterPage {
    letters = List.copyOf(letters);
  }
}
