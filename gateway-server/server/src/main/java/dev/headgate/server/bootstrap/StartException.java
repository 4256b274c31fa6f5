package dev.headgate.server.bootstrap;

import org.jspecify.annotations.Nullable;

/** Why a gateway did not start; the text is for the operator. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With a text for the operator, and a cause for the log. */
  public StartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
