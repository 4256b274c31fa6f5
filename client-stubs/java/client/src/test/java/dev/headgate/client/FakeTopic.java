package dev.headgate.client;

import dev.headgate.idl.gateway.AckRequest;
import dev.headgate.idl.gateway.CallContext;
import dev.headgate.idl.gateway.CancelRequest;
import dev.headgate.idl.gateway.Consume;
import dev.headgate.idl.gateway.EndTransactionRequest;
import dev.headgate.idl.gateway.ExtendRequest;
import dev.headgate.idl.gateway.GatewayError;
import dev.headgate.idl.gateway.LocateRequest;
import dev.headgate.idl.gateway.LocateResult;
import dev.headgate.idl.gateway.Message;
import dev.headgate.idl.gateway.NackEntry;
import dev.headgate.idl.gateway.NackRequest;
import dev.headgate.idl.gateway.PendingChecksRequest;
import dev.headgate.idl.gateway.PendingChecksResult;
import dev.headgate.idl.gateway.PrepareRequest;
import dev.headgate.idl.gateway.PrepareResult;
import dev.headgate.idl.gateway.Produce;
import dev.headgate.idl.gateway.ReceiveRequest;
import dev.headgate.idl.gateway.SeekRequest;
import dev.headgate.idl.gateway.SendBatchRequest;
import dev.headgate.idl.gateway.SendBatchResult;
import dev.headgate.idl.gateway.SendRequest;
import dev.headgate.idl.gateway.SendResult;
import dev.headgate.idl.gateway.SettleResponse;
import dev.headgate.idl.gateway.VersionInfo;
import dev.headgate.idl.gateway.VersionRequest;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one topic and group of a fake gateway: what is sent is stored and, if queued, delivered.
 * Guarded by itself.
 */
final class FakeTopic implements Produce.Iface, Consume.Iface {
  final List<String> stored = new ArrayList<>();
  final List<Integer> ackBatches = new ArrayList<>();
  final List<String> acked = new ArrayList<>();
  final List<NackEntry> nacked = new ArrayList<>();
  final List<String> extended = new ArrayList<>();
  final List<CallContext> contexts = new ArrayList<>();
  volatile long leaseMillis = 30_000;
  volatile dev.headgate.idl.gateway.SettleStatus settleStatus =
      dev.headgate.idl.gateway.SettleStatus.DONE;
  volatile dev.headgate.idl.gateway.SettleStatus extendStatus =
      dev.headgate.idl.gateway.SettleStatus.DONE;

  private final Deque<GatewayError> errors = new ArrayDeque<>();
  private final Deque<Message> ready = new ArrayDeque<>();
  private final Map<String, Message> leased = new LinkedHashMap<>();
  private final Map<String, PrepareRequest> prepared = new LinkedHashMap<>();
  private @Nullable Message last;
  private int nextLease;
  private int parked;
  private boolean closed;

  /** The next calls fail with these, before anything is done. */
  synchronized void fail(GatewayError... failures) {
    errors.addAll(List.of(failures));
  }

  /** Puts messages up for delivery. */
  synchronized void queue(String... bodies) {
    for (String body : bodies) {
      ready.add(new Message().setBody(ByteBuffer.wrap(Bytes.utf8(body).toByteArray())));
    }
    notifyAll();
  }

  /** Puts a message up for delivery as it is. */
  synchronized void queue(Message message) {
    ready.add(message);
    notifyAll();
  }

  /** What was sent last, as it came over the wire. */
  synchronized @Nullable Message last() {
    return last;
  }

  synchronized int parked() {
    return parked;
  }

  synchronized int leased() {
    return leased.size();
  }

  synchronized List<String> acked() {
    return List.copyOf(acked);
  }

  synchronized List<NackEntry> nacked() {
    return List.copyOf(nacked);
  }

  synchronized int ackCalls() {
    return ackBatches.size();
  }

  synchronized List<String> extended() {
    return List.copyOf(extended);
  }

  synchronized List<Header> headersOfLast() {
    return last == null ? List.of() : Wire.message(last, new Codec(-1, 1 << 20)).headers();
  }

  synchronized List<String> stored() {
    return List.copyOf(stored);
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }

  @Override
  public synchronized VersionInfo version(VersionRequest request) throws GatewayError {
    begin(request.getContext());
    return new VersionInfo("1.0", "fake", "fake-1");
  }

  @Override
  public synchronized SendResult send(SendRequest request) throws GatewayError {
    begin(request.getContext());
    return store(request.getMessage());
  }

  @Override
  public synchronized SendBatchResult sendBatch(SendBatchRequest request) throws GatewayError {
    begin(request.getContext());
    SendBatchResult result = new SendBatchResult().setOutcomes(new ArrayList<>());
    for (Message message : request.getMessages()) {
      boolean bad = Bytes.owned(message.bufferForBody()).utf8().startsWith("bad");
      result.addToOutcomes(
          bad
              ? dev.headgate.idl.gateway.SendOutcome.failure(
                  FakeGateway.error(ErrorCode.MESSAGE_TOO_LARGE, false, Outcome.NOT_APPLIED)
                      .getFailure())
              : dev.headgate.idl.gateway.SendOutcome.result(store(message)));
    }
    return result;
  }

  @Override
  public synchronized dev.headgate.idl.gateway.ReceiveResult receive(ReceiveRequest request)
      throws GatewayError {
    begin(request.getContext());
    long until = System.nanoTime() + request.getWaitMillis() * 1_000_000;
    parked++;
    try {
      while (ready.isEmpty() && !closed && System.nanoTime() < until) {
        wait(Math.max(1, (until - System.nanoTime()) / 1_000_000));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      parked--;
    }
    dev.headgate.idl.gateway.ReceiveResult result =
        new dev.headgate.idl.gateway.ReceiveResult().setDeliveries(new ArrayList<>());
    while (!ready.isEmpty() && result.getDeliveriesSize() < request.getMaxMessages()) {
      result.addToDeliveries(lease(ready.remove()));
    }
    return result;
  }

  @Override
  public synchronized SettleResponse ack(AckRequest request) throws GatewayError {
    begin(request.getContext());
    ackBatches.add(request.getLeasesSize());
    SettleResponse response = new SettleResponse().setResults(new ArrayList<>());
    for (ByteBuffer lease : request.getLeases()) {
      String name = Bytes.owned(lease).utf8();
      Message message = leased.remove(name);
      if (message != null) {
        acked.add(Bytes.owned(message.bufferForBody()).utf8());
      }
      response.addToResults(result(settleStatus));
    }
    return response;
  }

  @Override
  public synchronized SettleResponse nack(NackRequest request) throws GatewayError {
    begin(request.getContext());
    SettleResponse response = new SettleResponse().setResults(new ArrayList<>());
    for (NackEntry entry : request.getEntries()) {
      leased.remove(Bytes.owned(entry.bufferForLease()).utf8());
      nacked.add(entry);
      response.addToResults(result(settleStatus));
    }
    return response;
  }

  @Override
  public synchronized SettleResponse extend(ExtendRequest request) throws GatewayError {
    begin(request.getContext());
    SettleResponse response = new SettleResponse().setResults(new ArrayList<>());
    for (ByteBuffer lease : request.getLeases()) {
      extended.add(Bytes.owned(lease).utf8());
      response.addToResults(result(extendStatus).setLeaseMillis(leaseMillis));
    }
    notifyAll();
    return response;
  }

  @Override
  public synchronized void cancel(CancelRequest request) throws GatewayError {
    begin(request.getContext());
  }

  @Override
  public synchronized void seek(SeekRequest request) throws GatewayError {
    begin(request.getContext());
  }

  @Override
  public synchronized PrepareResult prepare(PrepareRequest request) throws GatewayError {
    begin(request.getContext());
    prepared.put("tx-" + prepared.size(), request);
    return new PrepareResult("m-" + prepared.size(), "tx-" + (prepared.size() - 1));
  }

  @Override
  public synchronized void commit(EndTransactionRequest request) throws GatewayError {
    begin(request.getContext());
    store(ended(request).getMessage());
  }

  @Override
  public synchronized void rollback(EndTransactionRequest request) throws GatewayError {
    begin(request.getContext());
    ended(request);
  }

  private PrepareRequest ended(EndTransactionRequest request) throws GatewayError {
    PrepareRequest half = prepared.remove(request.getTransactionId());
    if (half == null) {
      throw FakeGateway.error(ErrorCode.NOT_FOUND, false, Outcome.NOT_APPLIED);
    }
    return half;
  }

  @Override
  public synchronized PendingChecksResult pendingChecks(PendingChecksRequest request)
      throws GatewayError {
    begin(request.getContext());
    PendingChecksResult result = new PendingChecksResult().setChecks(new ArrayList<>());
    prepared.forEach(
        (id, half) -> {
          if (half.getProducerGroup().equals(request.getProducerGroup())) {
            result.addToChecks(
                new dev.headgate.idl.gateway.PendingCheck(
                    id, half.getTopic(), "m", half.getMessage(), 1));
          }
        });
    return result;
  }

  @Override
  public LocateResult locate(LocateRequest request) throws GatewayError {
    throw FakeGateway.error(ErrorCode.UNSUPPORTED, false, Outcome.NOT_APPLIED);
  }

  private void begin(@Nullable CallContext context) throws GatewayError {
    if (context != null) {
      contexts.add(context);
    }
    GatewayError error = errors.poll();
    if (error != null) {
      throw error;
    }
  }

  private SendResult store(Message message) {
    last = message;
    stored.add(Bytes.owned(message.bufferForBody()).utf8());
    return new SendResult().setMessageId("m" + stored.size()).setPosition("p:0:" + stored.size());
  }

  private dev.headgate.idl.gateway.Delivery lease(Message message) {
    String lease = "lease-" + nextLease++;
    leased.put(lease, message);
    return new dev.headgate.idl.gateway.Delivery()
        .setLease(ByteBuffer.wrap(Bytes.utf8(lease).toByteArray()))
        .setLeaseMillis(leaseMillis)
        .setAttempt(1)
        .setMessageId("id-" + lease)
        .setMessage(message)
        .setBornAtMillis(1)
        .setStoredAtMillis(2)
        .setPosition("p:0:0");
  }

  private static dev.headgate.idl.gateway.SettleResult result(
      dev.headgate.idl.gateway.SettleStatus status) {
    return new dev.headgate.idl.gateway.SettleResult().setStatus(status);
  }
}
