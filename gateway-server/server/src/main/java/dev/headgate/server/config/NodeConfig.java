package dev.headgate.server.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The section {@code node}: this process.
 *
 * @param name unique in the fleet
 * @param dataDir what the node keeps between starts, such as the lease secret
 * @param leaseSecretFile signs leases; nodes of a fleet share its content (D16)
 * @param stopGrace how long a stopping node waits for open leases (D21)
 * @param advertise where clients reach this node, {@code host:port}; empty for where it listens
 */
public record NodeConfig(
    String name, Path dataDir, Path leaseSecretFile, Duration stopGrace, String advertise) {
  /** Beside the configuration. */
  public static final String DEFAULT_DATA_DIR = "headgate-data";

  /** How long a node waits that states nothing. */
  public static final Duration DEFAULT_STOP_GRACE = Duration.ofSeconds(30);

  /** The secret's file within {@code dataDir} of a node that names no file. */
  public static final String DEFAULT_LEASE_SECRET = "lease-secret";
}
