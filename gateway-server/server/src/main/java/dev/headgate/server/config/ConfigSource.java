package dev.headgate.server.config;

/** Where a node's configuration comes from, each time it is asked for. */
@FunctionalInterface
public interface ConfigSource {
  /** Reads and checks it anew. */
  GatewayConfig load() throws ConfigException;
}
