package dev.headgate.server.thrift;

import dev.headgate.server.auth.Caller;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.produce.ProduceService;
import dev.headgate.server.produce.SendCommand;
import dev.headgate.server.produce.Sent;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** Records what it is asked to send, and answers at once unless told otherwise. */
final class FakeProduce implements ProduceService {
  /** One asked send. */
  record Asked(Caller caller, String topic, SendCommand command, long deadlineNanos) {}

  final LinkedBlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  private final Queue<CompletableFuture<Sent>> held = new ConcurrentLinkedQueue<>();
  private final AtomicLong ids = new AtomicLong();
  volatile Function<SendCommand, CompletionStage<Sent>> answer = command -> stored();

  CompletionStage<Sent> stored() {
    long id = ids.incrementAndGet();
    return CompletableFuture.completedFuture(new Sent("m-" + id, "q:0@" + id, null));
  }

  /** An answer that comes when the test lets it. */
  CompletionStage<Sent> hold() {
    CompletableFuture<Sent> later = new CompletableFuture<>();
    held.add(later);
    return later;
  }

  /** Answers what is held. */
  void finishAll() {
    for (CompletableFuture<Sent> later = held.poll(); later != null; later = held.poll()) {
      later.complete(new Sent("late", "q:0@0", null));
    }
  }

  @Override
  public CompletionStage<Sent> send(
      Caller caller, String topic, SendCommand command, long deadlineNanos) {
    asked.add(new Asked(caller, topic, command, deadlineNanos));
    return answer.apply(command);
  }

  @Override
  public List<CompletionStage<Sent>> sendBatch(
      Caller caller, String topic, List<SendCommand> commands, long deadlineNanos) {
    return commands.stream().map(c -> send(caller, topic, c, deadlineNanos)).toList();
  }

  @Override
  public CompletionStage<Void> cancel(
      Caller caller, String topic, String delayHandle, long deadlineNanos) {
    return delayHandle.equals("known")
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.failedFuture(
            new GatewayException(ErrorCode.NOT_FOUND, "topic '" + topic + "': no such message"));
  }
}
