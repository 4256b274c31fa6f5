package dev.headgate.engine.rocketmq;

import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.EngineProvider;
import dev.headgate.engine.EngineSettings;
import java.util.Set;

/** Makes engines for clusters of RocketMQ; found by {@link java.util.ServiceLoader}. */
public final class RocketMqEngineProvider implements EngineProvider {
  /** Called by {@link java.util.ServiceLoader}. */
  public RocketMqEngineProvider() {}

  @Override
  public String name() {
    return RocketMqEngine.NAME;
  }

  @Override
  public Set<Capability> capabilities() {
    return RocketMqEngine.CAPABILITIES;
  }

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public Engine open(EngineSettings settings, EngineContext context) {
    RocketMqSettings checked = RocketMqSettings.of(settings);
    // RocketMQ's logging looks for its target by the thread's class loader, and the engine's
    // threads take theirs from this one: both are to stay within the plug-in.
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(RocketMqEngineProvider.class.getClassLoader());
    try {
      return new RocketMqEngine(checked, settings.cluster(), context.node(), context.clock());
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
