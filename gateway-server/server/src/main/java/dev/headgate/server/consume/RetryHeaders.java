package dev.headgate.server.consume;

import dev.headgate.engine.GatewayHeaders;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Message;
import org.jspecify.annotations.Nullable;

/** What the gateway wrote into messages that come to a group again. */
final class RetryHeaders {
  private RetryHeaders() {}

  /**
   * Before when the message must not be delivered, Unix milliseconds; 0 when it says nothing
   * legible.
   */
  static long dueMillis(Message message) {
    return number(message.header(GatewayHeaders.DUE));
  }

  private static long number(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    try {
      return Math.max(0, Long.parseLong(text));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Why it came back last; empty when it does not say. */
  static String reason(Message message) {
    String reason = message.header(GatewayHeaders.REASON);
    return reason == null ? "" : reason;
  }

  /** How often the message has been delivered to the group already. */
  static int attempts(Message message) {
    return (int) Math.min(Integer.MAX_VALUE, number(message.header(GatewayHeaders.ATTEMPTS)));
  }

  /** Whether it is there for one group, and that is another one. */
  static boolean isForAnother(GroupName group, Message message) {
    String only = message.header(GatewayHeaders.ONLY_FOR);
    return only != null && !only.equals(group.value());
  }
}
