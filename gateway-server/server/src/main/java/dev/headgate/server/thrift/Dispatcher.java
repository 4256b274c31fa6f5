package dev.headgate.server.thrift;

import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.error.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;

/**
 * Turns a frame into a call: reads its header, finds the method, reads the arguments, and hands
 * them to the handler. Whatever is wrong with a call is answered and the connection lives on, save
 * when there is no telling which call it is. Thread-safe.
 */
final class Dispatcher {
  private static final int MAX_NAME = 128;
  private static final Pattern MISSING_FIELD =
      Pattern.compile("Required field '(\\w+)' was not .*", Pattern.DOTALL);

  private final Failures failures;
  private final MethodTable methods;
  private final ThriftEdgeConfig.Limits limits;

  Dispatcher(MethodTable methods, Failures failures, ThriftEdgeConfig.Limits limits) {
    this.methods = methods;
    this.failures = failures;
    this.limits = limits;
  }

  /** Takes over the frame. */
  void dispatch(ThriftConnection connection, Frame frame) throws MisfitException {
    WireProtocol protocol = Objects.requireNonNull(WireProtocol.of(frame.bytes()[0]));
    TProtocol in;
    TMessage message;
    try {
      in = protocol.reader(frame);
      message = in.readMessageBegin();
      if (message.name.length() > MAX_NAME) {
        throw new MisfitException(Misfit.MALFORMED_MESSAGE);
      }
    } catch (TException | RuntimeException e) {
      frame.release();
      throw new MisfitException(Misfit.MALFORMED_MESSAGE);
    } catch (MisfitException e) {
      frame.release();
      throw e;
    }
    Method<?> method = methods.find(message.name);
    Call call =
        new Call(
            connection,
            failures,
            protocol,
            message.seqid,
            MethodTable.bare(message.name),
            method,
            frame,
            System.nanoTime());
    connection.begin(call);
    if (message.type != TMessageType.CALL) {
      call.reject(
          TApplicationException.INVALID_MESSAGE_TYPE, "message type " + message.type + ": no call");
    } else if (method == null) {
      call.reject(
          TApplicationException.UNKNOWN_METHOD, "unknown method: '" + shown(message.name) + "'");
    } else {
      switch (frame.fate()) {
        case WHOLE -> start(method, call, in);
        case TOO_LARGE -> call.fail(tooLarge(frame));
        case NO_MEMORY -> call.fail(noMemory(frame));
      }
    }
    call.dispatched();
  }

  private static <I> void start(Method<I> method, Call call, TProtocol in) {
    TBase<?, ?> arguments;
    try {
      arguments = method.decode(in);
    } catch (TException | RuntimeException e) {
      String text = e.getMessage() == null ? "" : e.getMessage();
      Matcher missing = MISSING_FIELD.matcher(text);
      if (missing.matches()) {
        call.fail(Arguments.invalid(missing.group(1) + ": missing"));
      } else {
        call.reject(
            TApplicationException.PROTOCOL_ERROR,
            "the arguments cannot be read: broken, or sizes beyond what the frame holds");
      }
      return;
    }
    try {
      method.start(call, arguments);
    } catch (TException | RuntimeException e) {
      call.fail(e);
      call.letGo(); // whoever throws has kept nothing
    }
  }

  private GatewayException tooLarge(Frame frame) {
    String limit = Integer.toString(limits.maxFrameBytes());
    String size = Integer.toString(frame.announced());
    return new GatewayException(
        ErrorCode.MESSAGE_TOO_LARGE,
        Outcome.NOT_APPLIED,
        "request of " + size + " bytes (expected: at most " + limit + ", the node's frame limit)",
        Duration.ZERO,
        Map.of("sizeBytes", size, "limitBytes", limit),
        null);
  }

  private GatewayException noMemory(Frame frame) {
    return new GatewayException(
        ErrorCode.OVERLOADED,
        Outcome.NOT_APPLIED,
        "the node has no memory left for a request of "
            + frame.announced()
            + " bytes; retry, or use another node",
        Duration.ofMillis(200),
        Map.of("limitBytes", Long.toString(limits.maxRequestBytes())),
        null);
  }

  private static String shown(String name) {
    return name.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
