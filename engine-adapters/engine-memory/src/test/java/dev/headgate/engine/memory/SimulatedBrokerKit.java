package dev.headgate.engine.memory;

import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.memory.SimulatedBroker.Flaw;
import dev.headgate.engine.testkit.EngineConformanceTest;
import dev.headgate.engine.testkit.EngineHarness;
import dev.headgate.engine.testkit.FaultController;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The kit over a broker that can be hurt; no test of its own, {@link KitCanFailTest} runs it. */
@ExtendWith(ParameterFromConfiguration.class)
class SimulatedBrokerKit extends EngineConformanceTest {
  private final Flaw flaw;
  private final SimulatedBroker broker;
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final MemoryCluster cluster = new MemoryCluster(InstantSource.system(), scheduler);

  SimulatedBrokerKit(Flaw flaw) {
    this.flaw = flaw;
    this.broker = new SimulatedBroker(flaw);
  }

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
  }

  @Override
  protected EngineHarness harness() {
    return new MemoryHarness(cluster) {
      @Override
      public Engine open(EngineContext context) {
        return broker.inFrontOf(super.open(context));
      }

      @Override
      public Duration patience() {
        // A flaw shows by waiting in vain, past the deadlines of the appends; good is never
        // hurried.
        return flaw == Flaw.NOTHING ? super.patience() : Duration.ofSeconds(5);
      }

      @Override
      public Optional<FaultController> faults() {
        return Optional.of(broker);
      }
    };
  }
}
