package dev.headgate.server.thrift;

import dev.headgate.engine.Filter;
import dev.headgate.idl.gateway.AckRequest;
import dev.headgate.idl.gateway.Consume;
import dev.headgate.idl.gateway.ExtendRequest;
import dev.headgate.idl.gateway.LocateRequest;
import dev.headgate.idl.gateway.LocateResult;
import dev.headgate.idl.gateway.NackEntry;
import dev.headgate.idl.gateway.NackRequest;
import dev.headgate.idl.gateway.ReceiveRequest;
import dev.headgate.idl.gateway.ReceiveResult;
import dev.headgate.idl.gateway.SeekRequest;
import dev.headgate.idl.gateway.SettleResponse;
import dev.headgate.server.auth.Caller;
import dev.headgate.server.consume.ConsumeService;
import dev.headgate.server.consume.Nack;
import dev.headgate.server.consume.PendingReceive;
import dev.headgate.server.consume.ReceiveCommand;
import dev.headgate.server.consume.Received;
import dev.headgate.server.consume.SeekTarget;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.apache.thrift.async.AsyncMethodCallback;
import org.jspecify.annotations.Nullable;

/** Serves one call of the Consume service. */
final class ConsumeHandler extends MetaHandler implements Consume.AsyncIface {
  private static final long MAX_NACK_DELAY_MILLIS = Duration.ofDays(40).toMillis();
  private static final int MAX_EXPRESSION_BYTES = 4096;

  private final ConsumeService consume;
  private final int maxReceiveBytes;

  ConsumeHandler(Call call, NodeIdentity node, ConsumeService consume, int maxFrameBytes) {
    super(call, node);
    this.consume = consume;
    this.maxReceiveBytes = LongPoll.maxBytes(maxFrameBytes);
  }

  @Override
  public void receive(ReceiveRequest request, AsyncMethodCallback<ReceiveResult> answer) {
    Caller caller = call.open(request.getContext());
    PendingReceive pending = consume.receive(caller, command(request), call.deadlineNanos());
    call.whenAbandoned(pending::abandon);
    call.answerWhen(pending.result(), answer, this::toResult);
  }

  private ReceiveCommand command(ReceiveRequest request) {
    if (request.isSetMaxMessages()) {
      Arguments.within("maxMessages", request.getMaxMessages(), 1, 1_000);
    }
    if (request.isSetMaxBytes()) {
      Arguments.within("maxBytes", request.getMaxBytes(), 1, Integer.MAX_VALUE);
    }
    return new ReceiveCommand(
        request.getTopic(),
        request.getGroup(),
        request.getMaxMessages(),
        Math.min(request.getMaxBytes(), maxReceiveBytes),
        LongPoll.wait(call, request.getWaitMillis()),
        lease(request.isSetLeaseMillis(), request.getLeaseMillis()),
        filter(request.getFilter()),
        request.getBroadcastInstance());
  }

  private static @Nullable Duration lease(boolean set, long millis) {
    if (!set) {
      return null;
    }
    Arguments.within("leaseMillis", millis, 1, Integer.MAX_VALUE);
    return Duration.ofMillis(millis);
  }

  private static Filter filter(dev.headgate.idl.gateway.@Nullable Filter filter) {
    if (filter == null) {
      return Filter.all();
    }
    if (filter.isSetTags()) {
      Arguments.within("filter.tags: number of tags", filter.getTags().size(), 1, 1_000);
      return new Filter.Tags(new HashSet<>(filter.getTags()));
    }
    if (filter.isSetExpression()) {
      Arguments.atMostBytes("filter.expression", filter.getExpression(), MAX_EXPRESSION_BYTES);
      return new Filter.Expression(filter.getExpression());
    }
    throw Arguments.invalid("filter: empty, or of a kind that this gateway version does not know");
  }

  private ReceiveResult toResult(Received received) {
    List<dev.headgate.idl.gateway.Delivery> deliveries =
        new ArrayList<>(received.deliveries().size());
    long bytes = 32;
    for (dev.headgate.server.consume.Delivery delivery : received.deliveries()) {
      deliveries.add(Messages.toDelivery(delivery));
      bytes += delivery.message().size() + delivery.lease().length + 192L;
    }
    call.expectReplyBytes((int) Math.min(bytes, Integer.MAX_VALUE / 2));
    ReceiveResult result = new ReceiveResult(deliveries);
    if (!received.retryAfter().isZero()) {
      result.setRetryAfterMillis(received.retryAfter().toMillis());
    }
    if (received.draining()) {
      result.setDraining(true);
    }
    return result;
  }

  @Override
  public void ack(AckRequest request, AsyncMethodCallback<SettleResponse> answer) {
    Caller caller = call.open(request.getContext());
    List<byte[]> leases = leases(request.getLeases());
    call.mayApply();
    call.answerWhen(
        consume.ack(caller, leases, call.deadlineNanos()), answer, Settlements::toResponse);
  }

  @Override
  public void nack(NackRequest request, AsyncMethodCallback<SettleResponse> answer) {
    Caller caller = call.open(request.getContext());
    List<NackEntry> entries = Arguments.entries("entries", request.getEntries());
    List<Nack> nacks = new ArrayList<>(entries.size());
    for (NackEntry entry : entries) {
      Duration delay = null;
      if (entry.isSetDelayMillis()) {
        Arguments.within("delayMillis", entry.getDelayMillis(), 0, MAX_NACK_DELAY_MILLIS);
        delay = Duration.ofMillis(entry.getDelayMillis());
      }
      nacks.add(
          new Nack(
              Settlements.lease(entry.bufferForLease()),
              delay,
              Settlements.cutReason(entry.getReason())));
    }
    call.mayApply();
    call.answerWhen(
        consume.nack(caller, nacks, call.deadlineNanos()), answer, Settlements::toResponse);
  }

  @Override
  public void extend(ExtendRequest request, AsyncMethodCallback<SettleResponse> answer) {
    Caller caller = call.open(request.getContext());
    List<byte[]> leases = leases(request.getLeases());
    Duration lease = lease(request.isSetLeaseMillis(), request.getLeaseMillis());
    call.mayApply();
    call.answerWhen(
        consume.extend(caller, leases, lease, call.deadlineNanos()),
        answer,
        Settlements::toExtendResponse);
  }

  private static List<byte[]> leases(List<ByteBuffer> tokens) {
    Arguments.entries("leases", tokens);
    List<byte[]> leases = new ArrayList<>(tokens.size());
    for (ByteBuffer token : tokens) {
      leases.add(Settlements.lease(token));
    }
    return leases;
  }

  @Override
  public void seek(SeekRequest request, AsyncMethodCallback<Void> answer) {
    Caller caller = call.open(request.getContext());
    SeekTarget target = Arguments.seekTarget(request.getTarget());
    call.mayApply();
    call.answerWhenDone(
        consume.seek(caller, request.getTopic(), request.getGroup(), target, call.deadlineNanos()));
  }

  @Override
  public void locate(LocateRequest request, AsyncMethodCallback<LocateResult> answer) {
    Caller caller = call.open(request.getContext());
    call.answerWhen(
        consume.locate(caller, request.getTopic(), request.getGroup(), call.deadlineNanos()),
        answer,
        nodes ->
            new LocateResult(
                nodes.stream()
                    .map(
                        node ->
                            new dev.headgate.idl.gateway.NodeInfo(
                                node.name(), node.address(), node.partitions()))
                    .toList()));
  }
}
