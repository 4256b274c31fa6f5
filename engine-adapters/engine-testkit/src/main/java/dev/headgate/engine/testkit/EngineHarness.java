package dev.headgate.engine.testkit;

import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.TopicAdmin.TopicSettings;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What an adapter gives the kit: a cluster of its broker, and engines on it. One harness may serve
 * all tests of a class: every test makes topics and groups of its own. The kit closes the engines
 * that it opens, never the cluster.
 */
public interface EngineHarness {
  /**
   * Opens the engine of one more gateway node on the same cluster. Node names are unique in a test,
   * and come back in other tests.
   *
   * @param context its node is the name to open with; the kit's own clock and timers
   */
  Engine open(EngineContext context);

  /**
   * Makes a topic with exactly so many partitions, that can be written and read when this returns.
   * By default through {@link dev.headgate.engine.TopicAdmin#ensure}.
   */
  default void createTopic(Engine engine, TopicName topic, int partitions, TopicUse use) {
    TopicSettings settings =
        new TopicSettings(partitions, use == TopicUse.ORDERED, topicAttributes(use));
    try {
      engine
          .topics()
          .ensure(topic, settings)
          .toCompletableFuture()
          .get(patience().toMillis(), TimeUnit.MILLISECONDS);
    } catch (Exception e) {
      throw new AssertionError("topic " + topic + " could not be made", e);
    }
  }

  /** What a topic for this use needs by way of {@link TopicSettings#attributes()}. */
  default Map<String, String> topicAttributes(TopicUse use) {
    return Map.of();
  }

  /**
   * How long anything that must happen may take; a test that waits longer fails. A healthy run
   * waits for events, never for this.
   */
  default Duration patience() {
    return Duration.ofSeconds(20);
  }

  /** The largest body that the cluster takes. */
  default int maxBodyBytes() {
    return 4 << 20;
  }

  /** A body that the cluster refuses, with room for whatever tolerance its limit has. */
  default int tooLargeBodyBytes() {
    return maxBodyBytes() + (1 << 20);
  }

  /** How often a test that looks for a race tries. */
  default int raceRounds() {
    return 300;
  }

  /** A delay that the broker's timer can keep, as short as it can. */
  default Duration shortDelay() {
    return Duration.ofSeconds(1);
  }

  /** How late a due message may come: 1 s by the contract, and what a busy machine adds. */
  default Duration lateness() {
    return Duration.ofSeconds(2);
  }

  /**
   * Has the broker forget the memberships of a node that still believes in them. Returns false
   * where the adapter has no means to do so; the tests of lost partitions are skipped then.
   */
  default boolean loseMemberships(String node) {
    return false;
  }

  /** Hurts the cluster; the tests of faults run where there is one. */
  default Optional<FaultController> faults() {
    return Optional.empty();
  }
}
