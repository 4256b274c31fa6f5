package dev.headgate.client;

import dev.headgate.idl.gateway.AckRequest;
import dev.headgate.idl.gateway.ExtendRequest;
import dev.headgate.idl.gateway.NackRequest;
import dev.headgate.idl.gateway.ReceiveRequest;
import dev.headgate.idl.gateway.SeekRequest;
import dev.headgate.idl.gateway.SettleResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The calls of the {@code Consume} service. Thread-safe. */
final class Consumption {
  private static final int MAX_LEASES = 1_000;

  private final Caller caller;
  private final ConnectionPool pool;

  Consumption(Caller caller, ConnectionPool pool) {
    this.caller = caller;
    this.pool = pool;
  }

  ReceiveResult receive(String topic, String group, ReceiveOptions how, CallOptions options) {
    ReceiveRequest request = new ReceiveRequest().setTopic(topic).setGroup(group);
    request.setWaitMillis(how.maxWait().toMillis());
    if (how.maxMessages() != null) {
      request.setMaxMessages(how.maxMessages());
    }
    if (how.maxBytes() != null) {
      request.setMaxBytes(how.maxBytes());
    }
    if (how.lease() != null) {
      request.setLeaseMillis(how.lease().toMillis());
    }
    if (how.filter() != null) {
      request.setFilter(Wire.filter(how.filter()));
    }
    if (how.broadcastInstance() != null) {
      request.setBroadcastInstance(how.broadcastInstance());
    }
    return caller.call(
        Operation.RECEIVE,
        options,
        how.maxWait(),
        (connection, context) -> {
          dev.headgate.idl.gateway.ReceiveResult wire =
              connection.consume().receive(request.setContext(context));
          if (wire.isDraining()) {
            pool.avoid(connection.endpoint());
          }
          List<Delivery> deliveries = new ArrayList<>(wire.getDeliveriesSize());
          wire.getDeliveries()
              .forEach(delivery -> deliveries.add(Wire.delivery(delivery, caller.codec())));
          return new ReceiveResult(
              deliveries,
              Duration.ofMillis(Math.max(0, wire.getRetryAfterMillis())),
              wire.isDraining());
        });
  }

  List<SettleResult> ack(List<Bytes> leases, CallOptions options) {
    return inParts(
        leases,
        part -> {
          AckRequest request = new AckRequest().setLeases(Wire.leases(part));
          return settle(
              Operation.ACK,
              part.size(),
              options,
              (connection, context) -> connection.consume().ack(request.setContext(context)));
        });
  }

  List<SettleResult> nack(List<Nack> nacks, CallOptions options) {
    return inParts(
        nacks,
        part -> {
          NackRequest request = new NackRequest().setEntries(new ArrayList<>());
          part.forEach(nack -> request.addToEntries(Wire.nack(nack)));
          return settle(
              Operation.NACK,
              part.size(),
              options,
              (connection, context) -> connection.consume().nack(request.setContext(context)));
        });
  }

  List<SettleResult> extend(List<Bytes> leases, @Nullable Duration lease, CallOptions options) {
    return inParts(
        leases,
        part -> {
          ExtendRequest request = new ExtendRequest().setLeases(Wire.leases(part));
          if (lease != null) {
            request.setLeaseMillis(lease.toMillis());
          }
          return settle(
              Operation.EXTEND,
              part.size(),
              options,
              (connection, context) -> connection.consume().extend(request.setContext(context)));
        });
  }

  void seek(String topic, String group, SeekTarget target, CallOptions options) {
    SeekRequest request =
        new SeekRequest().setTopic(topic).setGroup(group).setTarget(Wire.target(target));
    caller.call(
        Operation.SEEK,
        options,
        Duration.ZERO,
        (connection, context) -> {
          connection.consume().seek(request.setContext(context));
          return true;
        });
  }

  private List<SettleResult> settle(
      Operation operation,
      int asked,
      CallOptions options,
      Caller.Exchange<SettleResponse> exchange) {
    SettleResponse response = caller.call(operation, options, Duration.ZERO, exchange);
    if (response.getResultsSize() != asked) {
      throw HeadgateException.local(
          ErrorCode.BAD_REPLY,
          Outcome.UNKNOWN,
          response.getResultsSize() + " answers to " + asked + " leases",
          null);
    }
    return response.getResults().stream().map(Wire::settle).toList();
  }

  /** The contract takes 1 to 1,000 leases in a call. */
  private static <T> List<SettleResult> inParts(
      List<T> all, Function<List<T>, List<SettleResult>> call) {
    List<SettleResult> results = new ArrayList<>(all.size());
    for (int from = 0; from < all.size(); from += MAX_LEASES) {
      results.addAll(call.apply(all.subList(from, Math.min(all.size(), from + MAX_LEASES))));
    }
    return results;
  }
}
