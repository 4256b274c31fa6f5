package dev.headgate.client;

import org.jspecify.annotations.Nullable;

/**
 * The body of a received message cannot be opened: its encoding is unknown to this client, its
 * bytes are damaged, or it opens to more than the client's limit. The message itself is fine, and
 * so is its lease: nack it, or take {@link Message#asReceived()}. A {@link Consumer} nacks it with
 * this text as the reason.
 */
public final class UnreadableBodyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String encoding;

  UnreadableBodyException(String encoding, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.encoding = encoding;
  }

  /** The encoding that the body came in. */
  public String encoding() {
    return encoding;
  }
}
