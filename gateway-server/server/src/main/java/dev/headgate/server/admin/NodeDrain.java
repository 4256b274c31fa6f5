package dev.headgate.server.admin;

import dev.headgate.server.consume.SubscriptionRegistry;
import dev.headgate.server.produce.ProducePipeline;
import dev.headgate.server.produce.transaction.Transactions;
import dev.headgate.server.time.Timer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The drain of this node (D21), done once: by an operator, or when the process is told to stop, or
 * both; whoever comes second waits for the first. Thread-safe.
 */
public final class NodeDrain {
  private static final Logger log = LoggerFactory.getLogger(NodeDrain.class);

  private final ProducePipeline produce;
  private final Transactions transactions;
  private final SubscriptionRegistry consume;
  private final Timer timer;
  private final Duration defaultGrace;
  private final AtomicReference<@Nullable CompletableFuture<AdminService.Drained>> begun =
      new AtomicReference<>();

  /** Over the parts of the core. */
  public NodeDrain(
      ProducePipeline produce,
      Transactions transactions,
      SubscriptionRegistry consume,
      Timer timer,
      Duration defaultGrace) {
    this.produce = produce;
    this.transactions = transactions;
    this.consume = consume;
    this.timer = timer;
    this.defaultGrace = defaultGrace;
  }

  /** Whether a drain has begun. */
  public boolean begun() {
    return begun.get() != null;
  }

  /** Begins, or joins the drain that has begun; {@code grace} null for the node's own. */
  public CompletionStage<AdminService.Drained> drain(@Nullable Duration grace) {
    CompletableFuture<AdminService.Drained> mine = new CompletableFuture<>();
    CompletableFuture<AdminService.Drained> earlier = begun.compareAndExchange(null, mine);
    if (earlier != null) {
      return earlier;
    }
    Duration wait = grace == null ? defaultGrace : grace;
    long start = timer.nanoTime();
    log.info(
        "draining: no new sends or leases; waiting up to {} ms for open leases", wait.toMillis());
    produce.drain();
    transactions.drain();
    consume
        .drain(wait)
        .whenComplete(
            (openLeases, failure) -> {
              Duration took = Duration.ofNanos(timer.nanoTime() - start);
              if (failure != null) {
                log.warn("drain failed after {} ms", took.toMillis(), failure);
                mine.completeExceptionally(failure);
                return;
              }
              if (openLeases == 0) {
                log.info("drained in {} ms", took.toMillis());
              } else {
                log.warn(
                    "drained in {} ms; {} leases were still open, their messages will come again",
                    took.toMillis(),
                    openLeases);
              }
              mine.complete(new AdminService.Drained(openLeases, took));
            });
    return mine;
  }
}
