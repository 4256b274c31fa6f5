package dev.headgate.engine;

import java.util.Set;

/**
 * How the gateway finds an adapter: a class named in {@code
 * META-INF/services/dev.headgate.engine.EngineProvider}. Its constructor takes nothing and must not
 * throw.
 */
public interface EngineProvider {
  /**
   * The version of this SPI. A plug-in built against another major version is refused when it is
   * loaded.
   */
  int SPI_VERSION = 1;

  /** The name used in {@code headgate.yaml}: {@code rocketmq}. */
  String name();

  /** All that its engines can do, whatever their settings; an engine may claim less. */
  Set<Capability> capabilities();

  /**
   * The {@link #SPI_VERSION} that the adapter was built against; the default is right where it is
   * recompiled.
   */
  default int spiVersion() {
    return SPI_VERSION;
  }

  /**
   * Opens an engine for one cluster. Returns without waiting for the broker: an unreachable cluster
   * shows as failing appends and as {@link Engine#health()}.
   *
   * @throws IllegalArgumentException when a setting is missing, malformed or unknown; the text
   *     names the key
   */
  Engine open(EngineSettings settings, EngineContext context);
}
