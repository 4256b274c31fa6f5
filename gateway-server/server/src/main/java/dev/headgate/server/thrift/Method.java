package dev.headgate.server.thrift;

import dev.headgate.idl.gateway.GatewayError;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import java.util.function.Function;
import org.apache.thrift.AsyncProcessFunction;
import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.TFieldIdEnum;
import org.apache.thrift.protocol.TProtocol;
import org.jspecify.annotations.Nullable;

/**
 * One method of a service: the generated function that decodes and dispatches it, and the handler
 * that serves it. Immutable.
 *
 * @param <I> the generated asynchronous interface of the service
 */
@SuppressWarnings({"rawtypes", "unchecked"}) // the generated functions are raw in their structs
final class Method<I> {
  private static final int ARGUMENT = 1;
  private static final int SUCCESS = 0;
  private static final int ERROR = 1;

  private final AsyncProcessFunction<I, ?, ?, ?> function;
  private final Function<Call, I> handler;

  Method(AsyncProcessFunction<I, ?, ?, ?> function, Function<Call, I> handler) {
    this.function = function;
    this.handler = handler;
  }

  String name() {
    return function.getMethodName();
  }

  /** Reads the arguments. */
  TBase<?, ?> decode(TProtocol in) throws TException {
    TBase arguments = function.getEmptyArgsInstance();
    arguments.read(in);
    return arguments;
  }

  /** Hands the arguments to the service's handler, which answers the call. */
  void start(Call call, TBase<?, ?> arguments) throws TException {
    TBase raw = arguments;
    if (raw.getFieldValue(raw.fieldForId(ARGUMENT)) == null) {
      throw new GatewayException(ErrorCode.INVALID_ARGUMENT, "request: missing");
    }
    ((AsyncProcessFunction) function).start(handler.apply(call), raw, call);
  }

  /** The result struct of a call that succeeded; {@code value} is null for a void method. */
  TBase success(@Nullable Object value) {
    TBase result = function.getEmptyResultInstance();
    TFieldIdEnum field = result.fieldForId(SUCCESS);
    if (field != null) {
      if (value == null) {
        throw new IllegalStateException("no value for " + name());
      }
      result.setFieldValue(field, value);
    }
    return result;
  }

  /** The result struct of a call that failed. */
  TBase failure(GatewayError error) {
    TBase result = function.getEmptyResultInstance();
    result.setFieldValue(result.fieldForId(ERROR), error);
    return result;
  }
}
