package dev.headgate.server.plugin;

/** What an adapter threw, as an operator can use it. */
final class AdapterDefect {
  private AdapterDefect() {}

  /**
   * The innermost cause: what lies around it only says that something failed. A class that is not
   * there mostly means a jar that is not there.
   */
  static String text(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof ClassNotFoundException || cause instanceof NoClassDefFoundError) {
      return "class "
          + String.valueOf(cause.getMessage()).replace('/', '.')
          + " is missing (expected: the adapter's jar and all its libraries' in the folder)";
    }
    return cause instanceof java.util.ServiceConfigurationError
        ? String.valueOf(cause.getMessage())
        : cause.toString();
  }
}
