package dev.headgate.client;

import dev.headgate.idl.gateway.Failure;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.thrift.TApplicationException;
import org.jspecify.annotations.Nullable;

/** Between the types of this client and the generated ones of {@code gateway.thrift}. */
final class Wire {
  private Wire() {}

  static dev.headgate.idl.gateway.Message message(Message message) {
    dev.headgate.idl.gateway.Message wire =
        new dev.headgate.idl.gateway.Message().setBody(message.content().bytes().wire());
    if (message.key() != null) {
      wire.setKey(message.key().wire());
    }
    if (message.tag() != null) {
      wire.setTag(message.tag());
    }
    if (!message.headers().isEmpty()) {
      List<dev.headgate.idl.gateway.Header> headers = new ArrayList<>(message.headers().size());
      for (Header header : message.headers()) {
        Bytes value = header.value();
        dev.headgate.idl.gateway.Header to =
            new dev.headgate.idl.gateway.Header().setName(header.name());
        headers.add(value == null ? to : to.setValue(value.wire()));
      }
      wire.setHeaders(headers);
    }
    String encoding = message.content().encoding();
    if (encoding != null) {
      wire.setEncoding(encoding);
    }
    if (message.deliverAt() != null) {
      wire.setDeliverAtMillis(message.deliverAt().toEpochMilli());
    }
    if (message.delay() != null) {
      wire.setDelayMillis(message.delay().toMillis());
    }
    return wire;
  }

  static Message message(dev.headgate.idl.gateway.Message wire, Codec codec) {
    Message.Builder message =
        Message.builder(
            Body.received(Bytes.owned(wire.bufferForBody()), wire.getEncoding(), codec));
    if (wire.isSetKey()) {
      message.key(Bytes.owned(wire.bufferForKey()));
    }
    if (wire.isSetTag()) {
      message.tag(wire.getTag());
    }
    if (wire.isSetHeaders()) {
      for (dev.headgate.idl.gateway.Header header : wire.getHeaders()) {
        message.header(
            header.getName(), header.isSetValue() ? Bytes.owned(header.bufferForValue()) : null);
      }
    }
    if (wire.isSetDeliverAtMillis()) {
      message.deliverAt(Instant.ofEpochMilli(wire.getDeliverAtMillis()));
    }
    if (wire.isSetDelayMillis()) {
      message.delay(Duration.ofMillis(wire.getDelayMillis()));
    }
    return message.build();
  }

  static PendingCheck pendingCheck(dev.headgate.idl.gateway.PendingCheck wire, Codec codec) {
    return new PendingCheck(
        wire.getTransactionId(),
        wire.getTopic(),
        wire.getMessageId(),
        message(wire.getMessage(), codec),
        wire.getAttempt());
  }

  /**
   * The lease is copied, so that one waiting to be settled does not keep the whole answer in
   * memory.
   */
  static Delivery delivery(dev.headgate.idl.gateway.Delivery wire, Codec codec) {
    return new Delivery(
        Bytes.copyOf(wire.bufferForLease()),
        Duration.ofMillis(wire.getLeaseMillis()),
        wire.getAttempt(),
        wire.getMessageId(),
        message(wire.getMessage(), codec),
        Instant.ofEpochMilli(wire.getBornAtMillis()),
        Instant.ofEpochMilli(wire.getStoredAtMillis()),
        wire.getPosition());
  }

  static SendReceipt receipt(dev.headgate.idl.gateway.SendResult wire) {
    return new SendReceipt(wire.getMessageId(), wire.getPosition(), wire.getDelayHandle());
  }

  static SendOutcome outcome(dev.headgate.idl.gateway.SendOutcome wire) {
    if (wire.isSetResult()) {
      return new SendOutcome.Sent(receipt(wire.getResult()));
    }
    if (wire.isSetFailure()) {
      return new SendOutcome.Failed(exception(wire.getFailure()));
    }
    return new SendOutcome.Failed(
        HeadgateException.local(
            ErrorCode.BAD_REPLY, Outcome.UNKNOWN, "the gateway gave this entry no answer", null));
  }

  static dev.headgate.idl.gateway.Filter filter(MessageFilter filter) {
    if (filter instanceof MessageFilter.Tags tags) {
      return dev.headgate.idl.gateway.Filter.tags(tags.tags());
    }
    return dev.headgate.idl.gateway.Filter.expression(
        ((MessageFilter.Expression) filter).expression());
  }

  static dev.headgate.idl.gateway.SeekTarget target(SeekTarget target) {
    if (target instanceof SeekTarget.Time time) {
      return dev.headgate.idl.gateway.SeekTarget.timestampMillis(time.time().toEpochMilli());
    }
    if (target instanceof SeekTarget.Position position) {
      return dev.headgate.idl.gateway.SeekTarget.position(position.position());
    }
    return dev.headgate.idl.gateway.SeekTarget.edge(
        target == SeekTarget.start()
            ? dev.headgate.idl.gateway.Edge.START
            : dev.headgate.idl.gateway.Edge.END);
  }

  static List<ByteBuffer> leases(List<Bytes> leases) {
    List<ByteBuffer> wire = new ArrayList<>(leases.size());
    leases.forEach(lease -> wire.add(lease.wire()));
    return wire;
  }

  static dev.headgate.idl.gateway.NackEntry nack(Nack nack) {
    dev.headgate.idl.gateway.NackEntry wire =
        new dev.headgate.idl.gateway.NackEntry().setLease(nack.lease().wire());
    if (nack.delay() != null) {
      wire.setDelayMillis(nack.delay().toMillis());
    }
    if (nack.reason() != null) {
      wire.setReason(nack.reason());
    }
    return wire;
  }

  static SettleResult settle(dev.headgate.idl.gateway.SettleResult wire) {
    return new SettleResult(
        status(wire.getStatus()),
        wire.getMessage(),
        wire.isSetLeaseMillis() ? Duration.ofMillis(wire.getLeaseMillis()) : null);
  }

  private static SettleStatus status(dev.headgate.idl.gateway.@Nullable SettleStatus wire) {
    if (wire == null) {
      return SettleStatus.UNKNOWN;
    }
    return switch (wire) {
      case DONE -> SettleStatus.DONE;
      case EXPIRED -> SettleStatus.EXPIRED;
      case FENCED -> SettleStatus.FENCED;
      case UNKNOWN -> SettleStatus.UNKNOWN;
      case UNAVAILABLE -> SettleStatus.UNAVAILABLE;
    };
  }

  static HeadgateException exception(Failure failure) {
    Outcome outcome =
        failure.getOutcome() == dev.headgate.idl.gateway.Outcome.NOT_APPLIED
            ? Outcome.NOT_APPLIED
            : Outcome.UNKNOWN;
    Map<String, String> details = failure.getDetails() == null ? Map.of() : failure.getDetails();
    return new HeadgateException(
        failure.getCode(),
        category(failure.getCategory()),
        failure.getMessage(),
        failure.isRetryable(),
        outcome,
        Duration.ofMillis(Math.max(0, failure.getRetryAfterMillis())),
        details,
        null);
  }

  /**
   * A failure of the Thrift machinery itself: a gateway that is older than the method, or broken.
   */
  static HeadgateException exception(TApplicationException e) {
    return e.getType() == TApplicationException.UNKNOWN_METHOD
        ? HeadgateException.local(
            ErrorCode.UNSUPPORTED,
            Outcome.NOT_APPLIED,
            "the gateway does not know this call: " + e.getMessage(),
            e)
        : HeadgateException.local(
            ErrorCode.BAD_REPLY, Outcome.UNKNOWN, "Thrift failure: " + e.getMessage(), e);
  }

  private static ErrorCategory category(dev.headgate.idl.gateway.@Nullable Category wire) {
    if (wire == null) {
      return ErrorCategory.INTERNAL;
    }
    return switch (wire) {
      case CALLER -> ErrorCategory.CALLER;
      case LIMIT -> ErrorCategory.LIMIT;
      case AVAILABILITY -> ErrorCategory.AVAILABILITY;
      case INTERNAL -> ErrorCategory.INTERNAL;
    };
  }
}
