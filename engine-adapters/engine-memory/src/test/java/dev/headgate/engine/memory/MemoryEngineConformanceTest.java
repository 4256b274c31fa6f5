package dev.headgate.engine.memory;

import dev.headgate.engine.testkit.EngineConformanceTest;
import dev.headgate.engine.testkit.EngineHarness;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;

class MemoryEngineConformanceTest extends EngineConformanceTest {
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final MemoryCluster cluster = new MemoryCluster(InstantSource.system(), scheduler);

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
  }

  @Override
  protected EngineHarness harness() {
    return new MemoryHarness(cluster);
  }
}
