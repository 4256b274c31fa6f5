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

  /** All that its engines can do, whatever their settings; an engine may claim less. Never null. */
  Set<Capability> capabilities();

  /**
   * The version that the adapter was built against: {@code return SPI_VERSION;}, in the adapter's
   * own class, where the compiler writes the number in. There is no default, for it would be the
   * gateway's, and tell its version whatever the adapter was built against.
   */
  int spiVersion();

  /**
   * Opens an engine for one cluster. Returns without waiting for the broker: an unreachable cluster
   * shows as failing appends and as {@link Engine#health()}. Changes nothing outside the process:
   * {@code headgate check} opens an engine and closes it at once, perhaps beside a running gateway.
   *
   * @throws IllegalArgumentException when a setting is missing, malformed or unknown; the text
   *     names the key
   */
  Engine open(EngineSettings settings, EngineContext context);
}
