package dev.headgate.server.thrift;

import dev.headgate.idl.gateway.CancelRequest;
import dev.headgate.idl.gateway.EndTransactionRequest;
import dev.headgate.idl.gateway.Message;
import dev.headgate.idl.gateway.PendingChecksRequest;
import dev.headgate.idl.gateway.PendingChecksResult;
import dev.headgate.idl.gateway.PrepareRequest;
import dev.headgate.idl.gateway.PrepareResult;
import dev.headgate.idl.gateway.Produce;
import dev.headgate.idl.gateway.SendBatchRequest;
import dev.headgate.idl.gateway.SendBatchResult;
import dev.headgate.idl.gateway.SendRequest;
import dev.headgate.idl.gateway.SendResult;
import dev.headgate.server.auth.Caller;
import dev.headgate.server.produce.ProduceService;
import dev.headgate.server.produce.SendCommand;
import dev.headgate.server.produce.Sent;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.thrift.async.AsyncMethodCallback;

/** Serves one call of the Produce service. */
final class ProduceHandler extends MetaHandler implements Produce.AsyncIface {
  /** No token that the gateway gives is longer. */
  private static final int MAX_TOKEN_BYTES = 4_096;

  private final ProduceService produce;
  private final Clock clock;

  ProduceHandler(Call call, NodeIdentity node, ProduceService produce, Clock clock) {
    super(call, node);
    this.produce = produce;
    this.clock = clock;
  }

  @Override
  public void send(SendRequest request, AsyncMethodCallback<SendResult> answer) {
    Caller caller = call.open(request.getContext());
    SendCommand command = Messages.toCommand(request.getMessage(), clock);
    call.keepRequest();
    call.mayApply();
    call.answerWhen(
        produce.send(caller, request.getTopic(), command, call.deadlineNanos()),
        answer,
        Messages::toResult);
  }

  @Override
  public void sendBatch(SendBatchRequest request, AsyncMethodCallback<SendBatchResult> answer) {
    Caller caller = call.open(request.getContext());
    List<Message> messages = Arguments.entries("messages", request.getMessages());
    BatchAnswer batch = new BatchAnswer(call, answer, messages.size());
    List<SendCommand> commands = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      SendCommand command = batch.convert(i, messages.get(i), clock);
      if (command != null) {
        commands.add(command);
      }
    }
    call.keepRequest();
    call.mayApply();
    List<CompletionStage<Sent>> stages =
        commands.isEmpty()
            ? List.of()
            : produce.sendBatch(caller, request.getTopic(), commands, call.deadlineNanos());
    batch.answerWhen(stages);
  }

  @Override
  public void cancel(CancelRequest request, AsyncMethodCallback<Void> answer) {
    Caller caller = call.open(request.getContext());
    Arguments.atMostBytes("delayHandle", request.getDelayHandle(), MAX_TOKEN_BYTES);
    call.mayApply();
    call.answerWhenDone(
        produce.cancel(caller, request.getTopic(), request.getDelayHandle(), call.deadlineNanos()));
  }

  @Override
  public void prepare(PrepareRequest request, AsyncMethodCallback<PrepareResult> answer) {
    throw notOffered("prepare");
  }

  @Override
  public void commit(EndTransactionRequest request, AsyncMethodCallback<Void> answer) {
    throw notOffered("commit");
  }

  @Override
  public void rollback(EndTransactionRequest request, AsyncMethodCallback<Void> answer) {
    throw notOffered("rollback");
  }

  @Override
  public void pendingChecks(
      PendingChecksRequest request, AsyncMethodCallback<PendingChecksResult> answer) {
    throw notOffered("pendingChecks");
  }
}
