package dev.headgate.server.produce;

import dev.headgate.server.auth.Caller;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Sending, as the edge sees it. Never blocks, never throws: every stage fails with {@link
 * dev.headgate.server.error.GatewayException} only. Stages complete on an engine's thread, a
 * timer's, or the caller's.
 */
public interface ProduceService {
  /**
   * Stores one message.
   *
   * @param topic as the caller wrote it; checked here
   * @param deadlineNanos past this {@link System#nanoTime()} the answer is DEADLINE_EXCEEDED (D3)
   */
  CompletionStage<Sent> send(Caller caller, String topic, SendCommand command, long deadlineNanos);

  /**
   * Stores several messages in order, each answered for itself (D4): as many stages as commands.
   */
  List<CompletionStage<Sent>> sendBatch(
      Caller caller, String topic, List<SendCommand> commands, long deadlineNanos);

  /**
   * Withdraws a delayed message; NOT_FOUND, with the reason among the details, when it is due, has
   * been cancelled, or is unknown (D30).
   */
  CompletionStage<Void> cancel(Caller caller, String topic, String delayHandle, long deadlineNanos);
}
