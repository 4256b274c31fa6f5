package dev.headgate.server.thrift;

import com.google.common.math.LongMath;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.Header;
import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.Message;
import dev.headgate.idl.gateway.SendResult;
import dev.headgate.server.produce.SendCommand;
import dev.headgate.server.produce.Sent;
import dev.headgate.server.produce.transaction.PendingCheck;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages of the contract as the core sees them, and back. No body is copied. */
final class Messages {
  private Messages() {}

  /** Views of the request's bytes. */
  static SendCommand toCommand(Message message, Clock clock) {
    ByteBuffer key = message.bufferForKey();
    return new SendCommand(
        Bytes.of(message.bufferForBody()),
        key == null ? null : Bytes.of(key),
        message.getTag(),
        headers(message.getHeaders()),
        message.getEncoding(),
        deliverAt(message, clock));
  }

  private static List<Header> headers(@Nullable List<dev.headgate.idl.gateway.Header> headers) {
    if (headers == null || headers.isEmpty()) {
      return List.of();
    }
    List<Header> result = new ArrayList<>(headers.size());
    for (dev.headgate.idl.gateway.Header header : headers) {
      ByteBuffer value = header.bufferForValue();
      result.add(new Header(header.getName(), value == null ? null : Bytes.of(value)));
    }
    return result;
  }

  private static @Nullable Instant deliverAt(Message message, Clock clock) {
    boolean at = message.isSetDeliverAtMillis();
    boolean delay = message.isSetDelayMillis();
    if (at && delay) {
      throw Arguments.invalid("message: both deliverAtMillis and delayMillis (expected: one)");
    }
    if (at) {
      return Instant.ofEpochMilli(message.getDeliverAtMillis());
    }
    if (!delay) {
      return null;
    }
    long millis = message.getDelayMillis();
    Arguments.within("message.delayMillis", millis, 0, Long.MAX_VALUE);
    return millis == 0 ? null : Instant.ofEpochMilli(LongMath.saturatedAdd(clock.millis(), millis));
  }

  static SendResult toResult(Sent sent) {
    SendResult result = new SendResult(sent.messageId());
    result.setPosition(sent.position());
    result.setDelayHandle(sent.delayHandle());
    return result;
  }

  static Delivery toDelivery(dev.headgate.server.consume.Delivery delivery) {
    dev.headgate.engine.Message message = delivery.message();
    return new Delivery(
        ByteBuffer.wrap(delivery.lease()),
        delivery.leaseFor().toMillis(),
        delivery.attempt(),
        message.id(),
        toIdl(message),
        message.bornAt().toEpochMilli(),
        delivery.storedAt().toEpochMilli(),
        delivery.position());
  }

  static dev.headgate.idl.gateway.PendingCheck toPendingCheck(PendingCheck check) {
    return new dev.headgate.idl.gateway.PendingCheck(
        check.transactionId(),
        check.topic().value(),
        check.message().id(),
        toIdl(check.message()),
        check.attempt());
  }

  static Message toIdl(dev.headgate.engine.Message message) {
    Message result = new Message(message.body().unsafeBuffer());
    Bytes key = message.key();
    if (key != null) {
      result.setKey(key.unsafeBuffer());
    }
    result.setTag(message.tag());
    result.setEncoding(message.encoding());
    if (!message.headers().isEmpty()) {
      List<dev.headgate.idl.gateway.Header> headers = new ArrayList<>(message.headers().size());
      for (Header header : message.headers()) {
        dev.headgate.idl.gateway.Header written =
            new dev.headgate.idl.gateway.Header(header.name());
        Bytes value = header.value();
        if (value != null) {
          written.setValue(value.unsafeBuffer());
        }
        headers.add(written);
      }
      result.setHeaders(headers);
    }
    Instant deliverAt = message.deliverAt();
    if (deliverAt != null) {
      result.setDeliverAtMillis(deliverAt.toEpochMilli());
    }
    return result;
  }
}
