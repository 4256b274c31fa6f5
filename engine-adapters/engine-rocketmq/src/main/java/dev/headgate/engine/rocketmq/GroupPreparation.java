package dev.headgate.engine.rocketmq;

import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.ReaderSpec.InitialPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What the brokers have to know of a group before it reads: that it exists, and where it begins.
 */
final class GroupPreparation {
  private final BrokerCalls calls;
  private final ReaderSpec spec;

  GroupPreparation(BrokerCalls calls, ReaderSpec spec) {
    this.calls = calls;
    this.spec = spec;
  }

  /** Makes the groups at one broker. */
  static CompletableFuture<Void> makeGroups(
      BrokerCalls calls, String address, List<String> groups) {
    List<CompletableFuture<?>> made = new ArrayList<>();
    groups.forEach(group -> made.add(calls.ensureGroup(address, group)));
    return all(made);
  }

  /**
   * A group that starts at the end gets its positions when it first joins, on all queues: whoever
   * owns a queue later must not skip what was sent since.
   */
  CompletableFuture<Void> pinFirstPositions(Route route) {
    if (spec.initial() != InitialPosition.LATEST) {
      return CompletableFuture.completedFuture(null);
    }
    FirstCommits commits = calls.firstCommits(spec.topic(), spec.group().value());
    List<CompletableFuture<?>> pins = new ArrayList<>();
    for (Queue queue : route.readable()) {
      pins.add(pinLatest(commits, String.valueOf(route.master(queue.broker())), queue));
    }
    return all(pins);
  }

  /**
   * The end is asked for first: where another node pins the queue meanwhile, what is sent after its
   * pin lies behind this end too, or the pin is seen.
   */
  private CompletableFuture<Void> pinLatest(FirstCommits commits, String address, Queue queue) {
    String group = spec.group().value();
    return calls
        .end(address, spec.topic(), queue)
        .thenCompose(
            end ->
                calls
                    .committed(address, spec.topic(), group, queue)
                    .thenCompose(
                        committed ->
                            committed >= 0
                                ? CompletableFuture.completedFuture(null)
                                : commits.commit(address, queue, end)));
  }

  private static CompletableFuture<Void> all(List<CompletableFuture<?>> futures) {
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
  }
}
