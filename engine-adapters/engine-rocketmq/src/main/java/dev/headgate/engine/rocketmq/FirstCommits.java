package dev.headgate.engine.rocketmq;

import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Commits of one group on one topic. A broker that has no position of the pair yet loses all but
 * one of those that it gets at the same time (<a
 * href="https://github.com/apache/rocketmq/issues/10700">RocketMQ issue 10700</a>): so the first
 * ones go to each broker one after another, and are looked up afterwards, since another node may
 * have been there at the same time. Thread-safe.
 */
final class FirstCommits {
  private static final int TRIES = 5;

  private final Positions positions;
  private final Set<String> established = ConcurrentHashMap.newKeySet();
  private final Map<String, CompletableFuture<Void>> last = new ConcurrentHashMap<>();

  /** The positions of the pair at a broker. */
  interface Positions {
    CompletableFuture<Void> commit(String address, Queue queue, long offset);

    /** -1 when there is none. */
    CompletableFuture<Long> committed(String address, Queue queue);
  }

  FirstCommits(Positions positions) {
    this.positions = positions;
  }

  CompletableFuture<Void> commit(String address, Queue queue, long offset) {
    if (established.contains(address)) {
      return positions.commit(address, queue, offset);
    }
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> before = last.put(address, mine);
    CompletableFuture<Void> turn =
        before == null
            ? CompletableFuture.completedFuture(null)
            : before.handle((done, failure) -> null);
    turn.thenCompose(done -> commitAndLook(address, queue, offset, TRIES))
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                established.add(address);
                mine.complete(null);
              } else {
                mine.completeExceptionally(BrokerAnswer.unwrap(failure));
              }
            });
    return mine;
  }

  private CompletableFuture<Void> commitAndLook(
      String address, Queue queue, long offset, int tries) {
    if (tries == 0) {
      return CompletableFuture.failedFuture(
          new EngineException(
              Kind.UNAVAILABLE,
              "queue '%s': the broker did not keep the position %d".formatted(queue, offset)));
    }
    return positions
        .commit(address, queue, offset)
        .thenCompose(done -> positions.committed(address, queue))
        .thenCompose(
            kept ->
                kept >= 0
                    ? CompletableFuture.completedFuture(null)
                    : commitAndLook(address, queue, offset, tries - 1));
  }

  /** The broker may have died, and have forgotten the pair. */
  void forget(String address) {
    established.remove(address);
  }
}
