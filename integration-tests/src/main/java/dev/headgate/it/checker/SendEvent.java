package dev.headgate.it.checker;

import org.jspecify.annotations.Nullable;

/**
 * One attempt to send a value, and how it ended.
 *
 * @param value what makes the message recognisable; a retry of a send has the same value
 * @param key the message key, null for none
 * @param sequence the place of the value among the values of its key, from 0; retries share it
 * @param result how the attempt ended
 */
public record SendEvent(String value, @Nullable String key, long sequence, Result result) {
  /** How one attempt to send ended. */
  public enum Result {
    /** The gateway confirmed it as stored. */
    ACKNOWLEDGED,
    /** Nobody can know: outcome UNKNOWN, or the connection broke after the request was written. */
    INDETERMINATE,
    /** The gateway said that nothing was stored, or the request never left. */
    REFUSED
  }
}
