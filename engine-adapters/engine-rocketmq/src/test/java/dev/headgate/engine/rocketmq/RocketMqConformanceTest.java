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

  @Override
  protected EngineHarness harness() {
    return new Harness();
  }

  private static final class Harness implements EngineHarness {
    @Override
    public Engine open(EngineContext context) {
      return CLUSTER.open(context);
    }

    @Override
    public Optional<FaultController> faults() {
      return Optional.of(new BrokerFaults(CLUSTER.broker()));
    }
  }
}
