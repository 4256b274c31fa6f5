package dev.headgate.server.consume;

import dev.headgate.server.auth.Caller;
import dev.headgate.server.time.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One receive of a client, from its arrival to its answer. The fields that are not final are
 * guarded by the subscription's lock.
 */
final class ParkedReceive implements PendingReceive {
  final Subscription subscription;
  final Caller caller;
  final int maxMessages;
  final int maxBytes;
  final Duration lease;

  /** Whether it waits in the subscription's queue. */
  boolean parked;

  Timer.@Nullable Timeout timeout;

  /** What was leased to it; null before. */
  @Nullable List<Grant> grants;

  private final CompletableFuture<Received> result = new CompletableFuture<>();

  ParkedReceive(
      Subscription subscription, Caller caller, int maxMessages, int maxBytes, Duration lease) {
    this.subscription = subscription;
    this.caller = caller;
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
    this.lease = lease;
  }

  @Override
  public CompletionStage<Received> result() {
    return result;
  }

  @Override
  public void abandon() {
    subscription.abandon(this);
  }

  void complete(Received received) {
    result.complete(received);
  }

  void fail(RuntimeException failure) {
    result.completeExceptionally(failure);
  }
}
