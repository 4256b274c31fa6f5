package dev.headgate.server.routing;

import dev.headgate.engine.GroupName;
import dev.headgate.engine.TopicName;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Names and routes as callers write them: checked, with the errors that a caller is told.
 * Thread-safe.
 */
public final class TopicRouting {
  private final Supplier<RouteTable> table;

  /** Over the snapshot of the moment. */
  public TopicRouting(Supplier<RouteTable> table) {
    this.table = table;
  }

  /** A legal name, else INVALID_ARGUMENT. */
  public TopicName topic(String name) {
    try {
      return new TopicName(name);
    } catch (IllegalArgumentException e) {
      throw new GatewayException(ErrorCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
    }
  }

  /** A legal name, else INVALID_ARGUMENT. */
  public GroupName group(String name) {
    try {
      return new GroupName(name);
    } catch (IllegalArgumentException e) {
      throw new GatewayException(ErrorCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
    }
  }

  /** The route of the topic, if a pattern matches it. */
  public Optional<Route> find(TopicName topic) {
    return table.get().route(topic);
  }

  /** The route of the topic, else UNKNOWN_TOPIC. */
  public Route route(TopicName topic) {
    return find(topic)
        .orElseThrow(
            () ->
                new GatewayException(
                    ErrorCode.UNKNOWN_TOPIC,
                    "topic '"
                        + topic
                        + "': no route (expected: a name that a pattern under 'topics' matches)"));
  }

  /** The rules of the group. */
  public GroupPolicy policy(GroupName group) {
    return table.get().group(group);
  }
}
