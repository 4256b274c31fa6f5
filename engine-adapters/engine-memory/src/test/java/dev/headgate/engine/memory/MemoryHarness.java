package dev.headgate.engine.memory;

import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.testkit.EngineHarness;
import java.time.Duration;

/** A memory cluster for the kit. It has no broker to hurt, but it can expire members. */
class MemoryHarness implements EngineHarness {
  private final MemoryCluster cluster;

  MemoryHarness(MemoryCluster cluster) {
    this.cluster = cluster;
  }

  @Override
  public Engine open(EngineContext context) {
    return cluster.engine(context);
  }

  @Override
  public Duration shortDelay() {
    return Duration.ofMillis(200);
  }

  @Override
  public int raceRounds() {
    return 5000;
  }

  @Override
  public int tooLargeBodyBytes() {
    return MemoryLimits.DEFAULT.maxMessageBytes() + 1;
  }

  @Override
  public boolean loseMemberships(String node) {
    cluster.expire(node);
    return true;
  }
}
