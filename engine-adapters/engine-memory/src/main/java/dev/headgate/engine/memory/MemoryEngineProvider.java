package dev.headgate.engine.memory;

import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.EngineProvider;
import dev.headgate.engine.EngineSettings;
import java.util.Set;

/**
 * Opens memory engines, each over a cluster of its own: what is stored ends with the engine. Tests
 * that want two nodes on one cluster use {@link MemoryCluster} directly.
 */
public final class MemoryEngineProvider implements EngineProvider {
  @Override
  public String name() {
    return MemoryEngine.NAME;
  }

  @Override
  public Set<Capability> capabilities() {
    return MemoryEngine.CAPABILITIES;
  }

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public Engine open(EngineSettings settings, EngineContext context) {
    MemoryLimits limits = MemoryLimits.from(settings);
    return new MemoryCluster(limits, context.clock(), context.scheduler()).engine(context);
  }
}
