package dev.headgate.client;

import dev.headgate.idl.gateway.CancelRequest;
import dev.headgate.idl.gateway.SendBatchRequest;
import dev.headgate.idl.gateway.SendRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Sends messages. Thread-safe; calls block the calling thread until the gateway has answered or the
 * deadline has passed. Lives as long as its client.
 */
public final class Producer {
  private static final String TRACEPARENT = "traceparent";
  private static final String TRACESTATE = "tracestate";

  private final Caller caller;
  private final Executor executor;

  Producer(Caller caller, Executor executor) {
    this.caller = caller;
    this.executor = executor;
  }

  /** As {@link #send(String, Message, CallOptions)} with the client's defaults. */
  public SendReceipt send(String topic, Message message) {
    return send(topic, message, CallOptions.defaults());
  }

  /**
   * Stores one message and returns when the engine has confirmed it. Retries inside the deadline
   * while nothing can have been stored.
   *
   * @throws HeadgateException when the message is not known to be stored; {@code outcome()} says
   *     whether it may be
   */
  public SendReceipt send(String topic, Message message, CallOptions options) {
    SendRequest request =
        new SendRequest().setTopic(topic).setMessage(Wire.message(traced(message, options)));
    return caller.call(
        Operation.SEND,
        options,
        Duration.ZERO,
        (connection, context) ->
            Wire.receipt(connection.produce().send(request.setContext(context))));
  }

  /**
   * As {@link #send(String, Message, CallOptions)}, on one of the client's threads. Sends of one
   * key may overtake each other unless the caller waits for each. Never blocks: when the queue is
   * full the future fails with CLIENT_OVERLOADED.
   *
   * @return completed on a thread of the client, exceptionally with a {@link HeadgateException}
   */
  public CompletableFuture<SendReceipt> sendAsync(
      String topic, Message message, CallOptions options) {
    try {
      return CompletableFuture.supplyAsync(() -> send(topic, message, options), executor);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          HeadgateException.local(
              ErrorCode.CLIENT_OVERLOADED,
              Outcome.NOT_APPLIED,
              "too many sends wait in this client, or it is closed",
              e));
    }
  }

  /** As {@link #sendBatch(String, List, CallOptions)} with the client's defaults. */
  public List<SendOutcome> sendBatch(String topic, List<Message> messages) {
    return sendBatch(topic, messages, CallOptions.defaults());
  }

  /**
   * Stores several messages in one call. Entries are answered one by one, and none is retried on
   * its own: an entry sent again could end behind a later one of its key.
   *
   * @param messages 1 to 1,000
   * @return as many outcomes as messages, in their order
   * @throws HeadgateException only for failures of the whole call
   */
  public List<SendOutcome> sendBatch(String topic, List<Message> messages, CallOptions options) {
    if (messages.isEmpty()) {
      return List.of();
    }
    List<dev.headgate.idl.gateway.Message> wire = new ArrayList<>(messages.size());
    messages.forEach(message -> wire.add(Wire.message(traced(message, options))));
    SendBatchRequest request = new SendBatchRequest().setTopic(topic).setMessages(wire);
    List<SendOutcome> outcomes =
        caller.call(
            Operation.SEND_BATCH,
            options,
            Duration.ZERO,
            (connection, context) ->
                connection.produce().sendBatch(request.setContext(context)).getOutcomes().stream()
                    .map(Wire::outcome)
                    .toList());
    if (outcomes.size() != messages.size()) {
      throw HeadgateException.local(
          ErrorCode.BAD_REPLY,
          Outcome.UNKNOWN,
          outcomes.size() + " answers to " + messages.size() + " messages",
          null);
    }
    return outcomes;
  }

  /**
   * Withdraws a delayed message that is not yet due.
   *
   * @param delayHandle as the receipt named it
   * @throws HeadgateException NOT_FOUND when it is due, cancelled or unknown
   */
  public void cancel(String topic, String delayHandle, CallOptions options) {
    CancelRequest request = new CancelRequest().setTopic(topic).setDelayHandle(delayHandle);
    caller.call(
        Operation.CANCEL,
        options,
        Duration.ZERO,
        (connection, context) -> {
          connection.produce().cancel(request.setContext(context));
          return true;
        });
  }

  private static Message traced(Message message, CallOptions options) {
    String parent = options.traceparent();
    if (parent == null || message.header(TRACEPARENT).isPresent()) {
      return message;
    }
    Message.Builder builder = message.toBuilder().header(TRACEPARENT, parent);
    if (options.tracestate() != null) {
      builder.header(TRACESTATE, options.tracestate());
    }
    return builder.build();
  }
}
