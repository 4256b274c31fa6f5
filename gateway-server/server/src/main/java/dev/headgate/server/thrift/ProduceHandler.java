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
import dev.headgate.server.produce.transaction.PendingCheck;
import dev.headgate.server.produce.transaction.PendingChecks;
import dev.headgate.server.produce.transaction.TransactionService;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.thrift.async.AsyncMethodCallback;

/** Serves one call of the Produce service. */
final class ProduceHandler extends MetaHandler implements Produce.AsyncIface {
  /** No token that the gateway gives is longer. */
  private static final int MAX_TOKEN_BYTES = 4_096;

  private static final int DEFAULT_CHECKS = 16;
  private static final int MAX_CHECKS = 1_000;

  private final ProduceService produce;
  private final TransactionService transactions;
  private final Clock clock;
  private final int maxAnswerBytes;

  ProduceHandler(
      Call call,
      NodeIdentity node,
      ProduceService produce,
      TransactionService transactions,
      Clock clock,
      int maxFrameBytes) {
    super(call, node);
    this.produce = produce;
    this.transactions = transactions;
    this.clock = clock;
    this.maxAnswerBytes = LongPoll.maxBytes(maxFrameBytes);
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
    Caller caller = call.open(request.getContext());
    SendCommand command = Messages.toCommand(request.getMessage(), clock);
    call.keepRequest();
    call.mayApply();
    call.answerWhen(
        transactions.prepare(
            caller, request.getTopic(), request.getProducerGroup(), command, call.deadlineNanos()),
        answer,
        prepared -> new PrepareResult(prepared.messageId(), prepared.transactionId()));
  }

  @Override
  public void commit(EndTransactionRequest request, AsyncMethodCallback<Void> answer) {
    end(request, true);
  }

  @Override
  public void rollback(EndTransactionRequest request, AsyncMethodCallback<Void> answer) {
    end(request, false);
  }

  private void end(EndTransactionRequest request, boolean commit) {
    Caller caller = call.open(request.getContext());
    Arguments.atMostBytes("transactionId", request.getTransactionId(), MAX_TOKEN_BYTES);
    call.mayApply();
    call.answerWhenDone(
        transactions.end(caller, request.getTransactionId(), commit, call.deadlineNanos()));
  }

  @Override
  public void pendingChecks(
      PendingChecksRequest request, AsyncMethodCallback<PendingChecksResult> answer) {
    Caller caller = call.open(request.getContext());
    int maxChecks = DEFAULT_CHECKS;
    if (request.isSetMaxChecks()) {
      maxChecks = request.getMaxChecks();
      Arguments.within("maxChecks", maxChecks, 1, MAX_CHECKS);
    }
    PendingChecks pending =
        transactions.pendingChecks(
            caller,
            request.getProducerGroup(),
            maxChecks,
            maxAnswerBytes,
            LongPoll.wait(call, request.getWaitMillis()));
    call.whenAbandoned(pending::abandon);
    call.answerWhen(pending.result(), answer, this::toResult);
  }

  private PendingChecksResult toResult(List<PendingCheck> checks) {
    List<dev.headgate.idl.gateway.PendingCheck> result = new ArrayList<>(checks.size());
    long bytes = 32;
    for (PendingCheck check : checks) {
      result.add(Messages.toPendingCheck(check));
      bytes += check.message().size() + check.transactionId().length() + 192L;
    }
    call.expectReplyBytes((int) Math.min(bytes, Integer.MAX_VALUE / 2));
    return new PendingChecksResult(result);
  }
}
