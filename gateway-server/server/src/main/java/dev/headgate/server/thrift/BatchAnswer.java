package dev.headgate.server.thrift;

import dev.headgate.idl.gateway.Message;
import dev.headgate.idl.gateway.SendBatchResult;
import dev.headgate.idl.gateway.SendOutcome;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.produce.SendCommand;
import dev.headgate.server.produce.Sent;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.thrift.async.AsyncMethodCallback;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the answers to the entries of a batch (D4). At the deadline the entries that have none
 * yet are answered DEADLINE_EXCEEDED, and the others keep theirs.
 */
final class BatchAnswer {
  private final Call call;
  private final AsyncMethodCallback<SendBatchResult> answer;
  private final AtomicReferenceArray<@Nullable SendOutcome> outcomes;
  private final List<Integer> handedOver;

  BatchAnswer(Call call, AsyncMethodCallback<SendBatchResult> answer, int entries) {
    this.call = call;
    this.answer = answer;
    this.outcomes = new AtomicReferenceArray<>(entries);
    this.handedOver = new ArrayList<>(entries);
  }

  /** The command for an entry; null when the entry is wrong, which is then its outcome. */
  @Nullable SendCommand convert(int entry, Message message, Clock clock) {
    try {
      SendCommand command = Messages.toCommand(message, clock);
      handedOver.add(entry);
      return command;
    } catch (GatewayException e) {
      outcomes.set(entry, SendOutcome.failure(call.described(e)));
      return null;
    }
  }

  /**
   * Answers when the last entry has its outcome; the stages are those of the commands, in order.
   */
  void answerWhen(List<CompletionStage<Sent>> stages) {
    if (stages.size() != handedOver.size()) {
      throw new IllegalStateException(
          stages.size() + " stages (expected: " + handedOver.size() + ")");
    }
    call.atDeadline(this::answerNow);
    AtomicInteger open = new AtomicInteger(1 + stages.size());
    for (int i = 0; i < stages.size(); i++) {
      int entry = handedOver.get(i);
      var unused =
          stages
              .get(i)
              .whenComplete(
                  (sent, failure) -> {
                    outcomes.set(entry, outcome(sent, failure));
                    entryDone(open);
                  });
    }
    entryDone(open);
  }

  private void entryDone(AtomicInteger open) {
    if (open.decrementAndGet() == 0) {
      answerNow();
      call.letGo();
    }
  }

  private SendOutcome outcome(@Nullable Sent sent, @Nullable Throwable failure) {
    if (failure == null && sent != null) {
      return SendOutcome.result(Messages.toResult(sent));
    }
    Throwable reason = failure == null ? new IllegalStateException("no outcome") : failure;
    return SendOutcome.failure(call.described(reason));
  }

  private void answerNow() {
    List<SendOutcome> result = new ArrayList<>(outcomes.length());
    int bytes = 32;
    for (int i = 0; i < outcomes.length(); i++) {
      SendOutcome outcome = outcomes.get(i);
      result.add(outcome == null ? SendOutcome.failure(call.described(call.expired())) : outcome);
      bytes += 128;
    }
    call.expectReplyBytes(bytes);
    answer.onComplete(new SendBatchResult(result));
  }
}
