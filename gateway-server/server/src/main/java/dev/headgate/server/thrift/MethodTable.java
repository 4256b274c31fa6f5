package dev.headgate.server.thrift;

import dev.headgate.idl.admin.Admin;
import dev.headgate.idl.gateway.Consume;
import dev.headgate.idl.gateway.Produce;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.thrift.TBaseAsyncProcessor;
import org.jspecify.annotations.Nullable;

/**
 * The methods of the contract, by the name on the wire: {@code Produce:send} for multiplexed
 * clients, {@code send} for plain stubs of Produce or Consume. Immutable.
 */
final class MethodTable {
  private static final String SEPARATOR = ":";

  private final Map<String, Method<?>> methods = new HashMap<>();

  /** Over what makes a handler for a call. */
  MethodTable(
      Function<Call, Produce.AsyncIface> produce,
      Function<Call, Consume.AsyncIface> consume,
      Function<Call, Admin.AsyncIface> admin) {
    // The processors are asked for their functions only, which get their handler with each call.
    add("Produce", new Produce.AsyncProcessor<>((Produce.AsyncIface) null), produce, true);
    add("Consume", new Consume.AsyncProcessor<>((Consume.AsyncIface) null), consume, true);
    add("Admin", new Admin.AsyncProcessor<>((Admin.AsyncIface) null), admin, false);
  }

  private <I> void add(
      String service, TBaseAsyncProcessor<I> processor, Function<Call, I> handler, boolean plain) {
    processor
        .getProcessMapView()
        .forEach(
            (name, function) -> {
              Method<I> method = new Method<>(function, handler);
              methods.put(service + SEPARATOR + name, method);
              if (plain) {
                methods.putIfAbsent(name, method);
              }
            });
  }

  /** Null when there is no such method. */
  @Nullable Method<?> find(String name) {
    return methods.get(name);
  }

  /** The name without its service, as clients expect it in the answer. */
  static String bare(String name) {
    return name.substring(name.indexOf(SEPARATOR) + 1);
  }
}
