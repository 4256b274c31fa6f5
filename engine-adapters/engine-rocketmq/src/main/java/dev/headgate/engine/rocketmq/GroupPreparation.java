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

  /**
   * Makes the groups at all brokers of the topic, and the first positions of the reader's group.
   */
  CompletableFuture<Void> prepare(Route route, List<String> groups) {
    List<CompletableFuture<?>> made = new ArrayList<>();
    for (String address : route.masters().values()) {
      groups.forEach(group -> made.add(calls.ensureGroup(address, group)));
    }
    return all(made).thenCompose(done -> pinLatest(route));
  }

  /**
   * A group that starts at the end gets its positions when it first joins, on all queues: whoever
   * owns a queue later must not skip what was sent since.
   */
  private CompletableFuture<Void> pinLatest(Route route) {
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

  private CompletableFuture<Void> pinLatest(FirstCommits commits, String address, Queue queue) {
    String group = spec.group().value();
    return calls
        .committed(address, spec.topic(), group, queue)
        .thenCompose(
            committed ->
                committed >= 0
                    ? CompletableFuture.completedFuture(null)
                    : calls
                        .end(address, spec.topic(), queue)
                        .thenCompose(end -> commits.commit(address, queue, end)));
  }

  private static CompletableFuture<Void> all(List<CompletableFuture<?>> futures) {
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
  }
}
