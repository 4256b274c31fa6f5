package dev.headgate.engine.rocketmq;

import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.testkit.EngineConformanceTest;
import dev.headgate.engine.testkit.EngineHarness;
import dev.headgate.engine.testkit.FaultController;
import java.util.Optional;
import org.junit.jupiter.api.extension.RegisterExtension;

class RocketMqConformanceTest extends EngineConformanceTest {
  @RegisterExtension static final RocketMqCluster CLUSTER = new RocketMqCluster();

  private final Harness harness = new Harness();

  @Override
  protected EngineHarness harness() {
    return harness;
  }

  private static final class Harness implements EngineHarness {
    private final LockThief thief = new LockThief(CLUSTER);

    @Override
    public int raceRounds() {
      return 100;
    }

    @Override
    public Engine open(EngineContext context) {
      return thief.watch(CLUSTER.open(context), context.node());
    }

    @Override
    public boolean loseMemberships(String node) {
      return thief.stealFrom(node);
    }

    @Override
    public Optional<FaultController> faults() {
      return Optional.of(new BrokerFaults(CLUSTER.broker()));
    }
  }
}
