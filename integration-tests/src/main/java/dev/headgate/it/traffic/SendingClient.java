package dev.headgate.it.traffic;

import dev.headgate.idl.gateway.Failure;
import dev.headgate.idl.gateway.GatewayError;
import dev.headgate.idl.gateway.Outcome;
import dev.headgate.idl.gateway.SendRequest;
import dev.headgate.it.checker.History;
import dev.headgate.it.checker.SendEvent;
import dev.headgate.it.checker.SendEvent.Result;
import dev.headgate.it.harness.Wire;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.thrift.TException;
import org.apache.thrift.transport.TTransportException;
import org.jspecify.annotations.Nullable;

/**
 * One sender: a connection, one send at a time. A send that was refused is tried again. An
 * indeterminate one is tried again where order matters, since the next value of the key must not
 * overtake it; elsewhere it is left as it is, and the checker looks whether it arrived.
 */
public final class SendingClient implements Runnable {
  private static final Duration DEADLINE = Duration.ofSeconds(3);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final int port;
  private final String topic;
  private final ValueSource values;
  private final History history;
  private final AtomicInteger acknowledged;
  private final BooleanSupplier done;
  private @Nullable Wire wire;

  /**
   * A sender that is not running yet.
   *
   * @param acknowledged counts confirmed sends, of several senders perhaps
   * @param done asked before each new value
   */
  public SendingClient(
      int port,
      String topic,
      ValueSource values,
      History history,
      AtomicInteger acknowledged,
      BooleanSupplier done) {
    this.port = port;
    this.topic = topic;
    this.values = values;
    this.history = history;
    this.acknowledged = acknowledged;
    this.done = done;
  }

  /**
   * Sends until told that it is enough.
   *
   * @throws IllegalStateException when the gateway refuses for good: a defect, since every call
   *     here is valid
   */
  @Override
  public void run() {
    @Nullable Value again = null;
    while (!done.getAsBoolean()) {
      Value value = again == null ? values.next() : again;
      @Nullable Result result = attempt(value);
      if (result != null) {
        history.record(new SendEvent(value.text(), value.key(), value.sequence(), result));
      }
      if (result == Result.ACKNOWLEDGED) {
        acknowledged.incrementAndGet();
        again = null;
      } else {
        again = result == Result.INDETERMINATE && value.key() == null ? null : value;
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
    disconnect();
  }

  /** Null when there was not even a connection. */
  private @Nullable Result attempt(Value value) {
    try {
      if (wire == null) {
        wire = Wire.connect(port).timeout(DEADLINE.plusSeconds(2));
      }
    } catch (TTransportException e) {
      return null;
    }
    try {
      wire.produce()
          .send(
              new SendRequest()
                  .setContext(Wire.within(DEADLINE))
                  .setTopic(topic)
                  .setMessage(value.toMessage()));
      return Result.ACKNOWLEDGED;
    } catch (GatewayError e) {
      return refused(value, e.getFailure());
    } catch (TException e) {
      disconnect();
      return Result.INDETERMINATE;
    }
  }

  private static Result refused(Value value, Failure failure) {
    if (failure.getOutcome() != Outcome.NOT_APPLIED) {
      return Result.INDETERMINATE;
    }
    if (!failure.isRetryable()) {
      throw new IllegalStateException(value + " was refused for good: " + failure);
    }
    return Result.REFUSED;
  }

  private void disconnect() {
    if (wire != null) {
      wire.close();
      wire = null;
    }
  }
}
