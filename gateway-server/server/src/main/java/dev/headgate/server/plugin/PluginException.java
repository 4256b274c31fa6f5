package dev.headgate.server.plugin;

import org.jspecify.annotations.Nullable;

/** An adapter that cannot be used, or that refused its settings; the text is for the operator. */
public final class PluginException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a text for the operator, and a cause for the log. */
  public PluginException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
