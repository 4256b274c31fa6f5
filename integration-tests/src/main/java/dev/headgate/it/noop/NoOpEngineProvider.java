package dev.headgate.it.noop;

import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.EngineProvider;
import dev.headgate.engine.EngineSettings;
import java.util.Set;

/** Opens engines that store nothing. */
public final class NoOpEngineProvider implements EngineProvider {
  @Override
  public String name() {
    return NoOpEngine.NAME;
  }

  @Override
  public Set<Capability> capabilities() {
    return NoOpEngine.CAPABILITIES;
  }

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public Engine open(EngineSettings settings, EngineContext context) {
    return new NoOpEngine();
  }
}
