package dev.headgate.server.consume;

import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.routing.GroupPolicy;
import java.time.Duration;

/** The defaults and limits of a receive, as {@code gateway.thrift} states them. */
final class ReceiveBounds {
  private static final int DEFAULT_MESSAGES = 32;
  private static final int MAX_MESSAGES = 1_000;
  private static final int DEFAULT_BYTES = 4 << 20;
  private static final Duration MAX_WAIT = Duration.ofSeconds(60);
  private static final int MAX_REASON = 1024;

  private ReceiveBounds() {}

  static int messages(ReceiveCommand command) {
    int asked = command.maxMessages();
    if (asked < 0 || asked > MAX_MESSAGES) {
      throw invalid("receive.maxMessages: " + asked + " (expected: 1 to " + MAX_MESSAGES + ")");
    }
    return asked == 0 ? DEFAULT_MESSAGES : asked;
  }

  static int bytes(ReceiveCommand command) {
    int asked = command.maxBytes();
    if (asked < 0) {
      throw invalid("receive.maxBytes: " + asked + " (expected: > 0)");
    }
    return asked == 0 ? DEFAULT_BYTES : asked;
  }

  static Duration maxWait(ReceiveCommand command) {
    Duration asked = command.maxWait();
    if (asked.isNegative() || asked.compareTo(MAX_WAIT) > 0) {
      throw invalid(
          "receive.waitMillis: "
              + asked.toMillis()
              + " (expected: 0 to "
              + MAX_WAIT.toMillis()
              + ")");
    }
    return asked;
  }

  static Duration lease(ReceiveCommand command, GroupPolicy policy) {
    Duration asked = command.lease();
    if (asked == null) {
      return policy.lease();
    }
    if (asked.isNegative() || asked.isZero() || asked.compareTo(policy.maxLease()) > 0) {
      throw invalid(
          "receive.leaseMillis: "
              + asked.toMillis()
              + " (expected: 1 to "
              + policy.maxLease().toMillis()
              + ", the maxLease of group '"
              + command.group()
              + "')");
    }
    return asked;
  }

  static String cut(String reason) {
    return reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON);
  }

  private static GatewayException invalid(String text) {
    return new GatewayException(ErrorCode.INVALID_ARGUMENT, text);
  }
}
