package dev.headgate.engine.rocketmq;

import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.TopicName;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.jspecify.annotations.Nullable;

/** What a broker's response code means for the caller. */
final class BrokerAnswer {
  private BrokerAnswer() {}

  static boolean isSuccess(RemotingCommand response) {
    return response.getCode() == ResponseCode.SUCCESS;
  }

  /** A number of the response's header. */
  static long number(RemotingCommand response, String field) {
    Map<String, String> fields = response.getExtFields();
    String value = fields == null ? null : fields.get(field);
    if (value == null) {
      throw new EngineException(Kind.INTERNAL, "the broker's answer lacks " + field);
    }
    return Long.parseLong(value);
  }

  /** Why an append was not confirmed (D2). */
  static EngineException appendFailure(TopicName topic, RemotingCommand response) {
    String remark = remark(response);
    switch (response.getCode()) {
      case ResponseCode.FLUSH_DISK_TIMEOUT:
      case ResponseCode.FLUSH_SLAVE_TIMEOUT:
      case ResponseCode.SLAVE_NOT_AVAILABLE:
        return new EngineException(
            Kind.UNCERTAIN,
            "topic '%s': the broker stored the message, but not at its full durability (%s)"
                .formatted(topic, name(response.getCode())));
      case ResponseCode.SYSTEM_BUSY:
        return new EngineException(
            Kind.THROTTLED, "topic '%s': the broker is busy".formatted(topic));
      case ResponseCode.TOPIC_NOT_EXIST:
        return unknownTopic(topic);
      case ResponseCode.NO_PERMISSION:
        return remark.contains("forbidden")
            ? new EngineException(
                Kind.UNAVAILABLE, "topic '%s': the broker takes no writes".formatted(topic))
            : new EngineException(
                Kind.PERMISSION_DENIED,
                "topic '%s': the broker's access control refused".formatted(topic));
      case ResponseCode.SERVICE_NOT_AVAILABLE:
        return new EngineException(
            Kind.UNAVAILABLE,
            "topic '%s': the broker cannot store (disk full, a slave, or stopping)"
                .formatted(topic));
      case ResponseCode.MESSAGE_ILLEGAL:
        return illegal(topic, remark);
      case ResponseCode.SYSTEM_ERROR:
        return systemError(topic, remark);
      default:
        return new EngineException(
            Kind.INTERNAL,
            "topic '%s': the broker answered with code %d".formatted(topic, response.getCode()));
    }
  }

  /** Why any other request failed. */
  static EngineException requestFailure(String what, RemotingCommand response) {
    Kind kind =
        switch (response.getCode()) {
          case ResponseCode.TOPIC_NOT_EXIST -> Kind.UNKNOWN_TOPIC;
          case ResponseCode.SYSTEM_BUSY -> Kind.THROTTLED;
          case ResponseCode.NO_PERMISSION -> Kind.PERMISSION_DENIED;
          case ResponseCode.INVALID_PARAMETER, ResponseCode.SUBSCRIPTION_PARSE_FAILED ->
              Kind.INVALID_ARGUMENT;
          default ->
              remark(response).contains("does not support consumer to filter")
                  ? Kind.UNSUPPORTED
                  : Kind.UNAVAILABLE;
        };
    return new EngineException(
        kind, "%s: the broker answered with code %d".formatted(what, response.getCode()));
  }

  static EngineException unknownTopic(TopicName topic) {
    return new EngineException(Kind.UNKNOWN_TOPIC, "topic '%s' does not exist".formatted(topic));
  }

  /** The engine's own exception in a failed stage; anything else is a defect. */
  static EngineException unwrap(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof EngineException known
        ? known
        : new EngineException(Kind.INTERNAL, "the RocketMQ adapter failed", cause);
  }

  private static EngineException systemError(TopicName topic, String remark) {
    if (remark.contains("flow control")) {
      return new EngineException(
          Kind.THROTTLED, "topic '%s': the broker's timer is full".formatted(topic));
    }
    if (remark.contains("timer message is not enabled")) {
      return new EngineException(
          Kind.UNSUPPORTED, "topic '%s': the broker's timer is off".formatted(topic));
    }
    if (remark.contains("in-sync replicas not enough")) {
      return new EngineException(
          Kind.UNAVAILABLE, "topic '%s': too few of the broker's replicas are up".formatted(topic));
    }
    return new EngineException(
        Kind.UNCERTAIN, "topic '%s': the broker failed to store".formatted(topic));
  }

  private static EngineException illegal(TopicName topic, String remark) {
    if (remark.contains("timer message")) {
      return new EngineException(
          Kind.INVALID_ARGUMENT,
          "topic '%s': the delay is longer than the broker's timer allows".formatted(topic));
    }
    if (remark.contains("length") || remark.contains("size")) {
      return new EngineException(
          Kind.MESSAGE_TOO_LARGE,
          "topic '%s': the message is larger than the broker takes".formatted(topic));
    }
    return new EngineException(
        Kind.INVALID_ARGUMENT, "topic '%s': the broker refused the message".formatted(topic));
  }

  private static String name(int code) {
    return switch (code) {
      case ResponseCode.FLUSH_DISK_TIMEOUT -> "FLUSH_DISK_TIMEOUT";
      case ResponseCode.FLUSH_SLAVE_TIMEOUT -> "FLUSH_SLAVE_TIMEOUT";
      default -> "SLAVE_NOT_AVAILABLE";
    };
  }

  private static String remark(RemotingCommand response) {
    @Nullable String remark = response.getRemark();
    return remark == null ? "" : remark.toLowerCase(Locale.ROOT);
  }
}
