package dev.headgate.engine.rocketmq;

import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.Filter;
import org.apache.rocketmq.filter.parser.SelectorParser;

/**
 * Reads filter expressions as the broker does. It has to be done here: a broker that cannot read
 * one lets every message through, and tells its own log only.
 */
final class Expressions {
  private Expressions() {}

  /** Throws INVALID_ARGUMENT for one that the broker cannot read. */
  static void check(Filter filter) {
    if (!(filter instanceof Filter.Expression expression)) {
      return;
    }
    try {
      SelectorParser.parse(expression.sql());
    } catch (Exception | Error e) { // A parser of JavaCC: lexical faults are Errors.
      if (e instanceof VirtualMachineError fatal) {
        throw fatal;
      }
      throw new EngineException(
          Kind.INVALID_ARGUMENT,
          "filter.expression: '%s' cannot be read: %s (expected: SQL-92 over headers, such as region = 'eu' AND size > 3)"
              .formatted(expression.sql(), firstLine(reason(e))));
    }
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  private static String firstLine(String text) {
    String line = text.strip().lines().findFirst().orElse("no reason given");
    return line.length() <= 200 ? line : line.substring(0, 200) + "…";
  }
}
