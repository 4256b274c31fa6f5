package dev.headgate.launcher;

/** How this process logs, as {@code -Dheadgate.log.format} says; {@code logback.xml} obeys it. */
enum LogFormat {
  /** Lines for people. */
  TEXT("text"),
  /** An object each line, for collectors. */
  JSON("json");

  static final String PROPERTY = "headgate.log.format";

  private final String name;

  LogFormat(String name) {
    this.name = name;
  }

  /** Refuses another word than these: with it nothing at all would be logged. */
  static LogFormat ofThisProcess() {
    String asked = System.getProperty(PROPERTY, TEXT.name);
    for (LogFormat format : values()) {
      if (format.name.equals(asked)) {
        return format;
      }
    }
    throw new CommandException(
        ExitCode.USAGE, "-D%s: '%s' (expected: text or json)".formatted(PROPERTY, asked), null);
  }
}
