package dev.headgate.engine.memory;

import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.testkit.EngineConformanceTest;
import dev.headgate.engine.testkit.EngineHarness;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The kit over an engine that is broken; no test of its own, {@link KitCanFailTest} runs it. */
@ExtendWith(ParameterFromConfiguration.class)
class BrokenEngineKit extends EngineConformanceTest {
  private final Breakage breakage;
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final MemoryCluster cluster = new MemoryCluster(InstantSource.system(), scheduler);

  BrokenEngineKit(Breakage breakage) {
    this.breakage = breakage;
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
        return breakage.broken(super.open(context));
      }

      @Override
      public Duration patience() {
        // Most broken engines fail by waiting in vain; good is never hurried.
        return breakage == Breakage.NOTHING ? super.patience() : Duration.ofSeconds(1);
      }
    };
  }
}
