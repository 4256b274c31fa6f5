package dev.headgate.engine.rocketmq;

import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.EngineProvider;
import dev.headgate.engine.EngineSettings;

/** Makes engines for clusters of RocketMQ; found by {@link java.util.ServiceLoader}. */
public final class RocketMqEngineProvider implements EngineProvider {
  /** Called by {@link java.util.ServiceLoader}. */
  public RocketMqEngineProvider() {}

  @Override
  public String name() {
    return RocketMqEngine.NAME;
  }

  @Override
  public Engine open(EngineSettings settings, EngineContext context) {
    return new RocketMqEngine(RocketMqSettings.of(settings), settings.cluster(), context.node());
  }
}
