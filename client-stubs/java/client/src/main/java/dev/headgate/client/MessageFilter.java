package dev.headgate.client;

import java.util.List;

/** Which messages a group wants. All members of a group must ask for the same. */
public sealed interface MessageFilter {
  /** Messages with one of these tags. */
  record Tags(List<String> tags) implements MessageFilter {
    public Tags {
      tags = List.copyOf(tags);
    }
  }

  /**
   * An SQL-92 expression over headers and {@code tag}: {@code region = 'eu' AND size > 3}. At most
   * 4 KiB.
   */
  record Expression(String expression) implements MessageFilter {}

  /** Messages with one of these tags. */
  static MessageFilter tags(String... tags) {
    return new Tags(List.of(tags));
  }

  /** Messages for which the expression is true. */
  static MessageFilter expression(String expression) {
    return new Expression(expression);
  }
}
