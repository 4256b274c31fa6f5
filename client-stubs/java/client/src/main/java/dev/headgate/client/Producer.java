package dev.headgate.client;

import dev.headgate.idl.gateway.CancelRequest;
import dev.headgate.idl.gateway.EndTransactionRequest;
import dev.headgate.idl.gateway.PendingChecksRequest;
import dev.headgate.idl.gateway.PrepareRequest;
import dev.headgate.idl.gateway.PrepareResult;
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
   * while nothing can have been stored. A large body is compressed ({@link
   * HeadgateClient.Builder#compressFrom}).
   *
   * @throws HeadgateException when the message is not known to be stored; {@code outcome()} says
   *     whether it may be
   */
  public SendReceipt send(String topic, Message message, CallOptions given) {
    CallOptions options = caller.traced(given);
    SendRequest request = new SendRequest().setTopic(topic).setMessage(outgoing(message, options));
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
      String topic, Message message, CallOptions given) {
    CallOptions options = caller.traced(given); // Those of this thread, not of the one that sends.
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
  public List<SendOutcome> sendBatch(String topic, List<Message> messages, CallOptions given) {
    CallOptions options = caller.traced(given);
    if (messages.isEmpty()) {
      return List.of();
    }
    List<dev.headgate.idl.gateway.Message> wire = new ArrayList<>(messages.size());
    messages.forEach(message -> wire.add(outgoing(message, options)));
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

  /**
   * Stores a message that nobody sees until {@link #commit}. Not retried when it may have been
   * stored: what was stored without an answer is asked about, and rolled back in the end.
   *
   * @param producerGroup any member of it may answer when the engine asks what became of the
   *     message
   */
  public PreparedMessage prepare(
      String topic, String producerGroup, Message message, CallOptions given) {
    CallOptions options = caller.traced(given);
    PrepareRequest request =
        new PrepareRequest()
            .setTopic(topic)
            .setProducerGroup(producerGroup)
            .setMessage(outgoing(message, options));
    return caller.call(
        Operation.PREPARE,
        options,
        Duration.ZERO,
        (connection, context) -> {
          PrepareResult prepared = connection.produce().prepare(request.setContext(context));
          return new PreparedMessage(prepared.getMessageId(), prepared.getTransactionId());
        });
  }

  /**
   * Makes a prepared message visible. Repeating it is harmless.
   *
   * @throws HeadgateException NOT_FOUND when it is unknown, or has been rolled back
   */
  public void commit(String transactionId, CallOptions options) {
    EndTransactionRequest request = new EndTransactionRequest().setTransactionId(transactionId);
    caller.call(
        Operation.COMMIT,
        options,
        Duration.ZERO,
        (connection, context) -> {
          connection.produce().commit(request.setContext(context));
          return true;
        });
  }

  /**
   * Discards a prepared message. Repeating it is harmless.
   *
   * @throws HeadgateException NOT_FOUND when it is unknown, or has been committed
   */
  public void rollback(String transactionId, CallOptions options) {
    EndTransactionRequest request = new EndTransactionRequest().setTransactionId(transactionId);
    caller.call(
        Operation.ROLLBACK,
        options,
        Duration.ZERO,
        (connection, context) -> {
          connection.produce().rollback(request.setContext(context));
          return true;
        });
  }

  /**
   * Asks for prepared messages of the group that wait for an answer. Each service that prepares
   * messages calls this in a loop of its own: the group is asked while a member does.
   *
   * @param maxChecks 1 to 1,000
   * @param wait how long to park when there are none, at most a minute
   */
  public List<PendingCheck> pendingChecks(
      String producerGroup, int maxChecks, Duration wait, CallOptions options) {
    PendingChecksRequest request =
        new PendingChecksRequest()
            .setProducerGroup(producerGroup)
            .setMaxChecks(maxChecks)
            .setWaitMillis(wait.toMillis());
    return caller.call(
        Operation.PENDING_CHECKS,
        options,
        wait,
        (connection, context) ->
            connection.produce().pendingChecks(request.setContext(context)).getChecks().stream()
                .map(check -> Wire.pendingCheck(check, caller.codec()))
                .toList());
  }

  /**
   * The message with its body compressed, whatever its size, as {@link #send} does with large ones;
   * unchanged when it has an encoding.
   */
  public Message compress(Message message) {
    return caller.codec().compressed(message);
  }

  private dev.headgate.idl.gateway.Message outgoing(Message message, CallOptions options) {
    return Wire.message(caller.codec().packed(options.trace().on(message)));
  }
}
