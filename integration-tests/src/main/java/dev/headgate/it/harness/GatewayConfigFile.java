package dev.headgate.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The {@code headgate.yaml} of a gateway under test. Topics that begin with {@code ordered} are
 * ordered; every topic is created at its first use with four partitions; {@code small-} topics take
 * 64 KiB; {@code lesser-} ones lie on an engine that can do less. Groups: {@code brief-} has short
 * leases and few attempts. Its memory budgets fit a heap of 256 MiB.
 *
 * @param port where it listens
 * @param httpPort where operators look
 * @param nameServer the RocketMQ cluster's
 * @param stopGrace how long it waits for open leases when it stops
 * @param extraGroups more entries of {@code groups}, indented by two; they win over the others
 */
public record GatewayConfigFile(
    int port, int httpPort, String nameServer, Duration stopGrace, String extraGroups) {
  /** The lease of the group that has a short one. */
  public static final Duration BRIEF_LEASE = Duration.ofSeconds(2);

  /** How long one message may hold back a group with a short lease. */
  public static final Duration BRIEF_MAX_LEASE = Duration.ofSeconds(6);

  /** The attempts of the group that has few. */
  public static final int BRIEF_ATTEMPTS = 3;

  /** The body limit of most topics. */
  public static final int MAX_MESSAGE_BYTES = 4 << 20;

  /** For a cluster, on a free port. */
  public static GatewayConfigFile of(RocketMqCluster cluster) {
    return new GatewayConfigFile(
        FreePorts.next(), FreePorts.next(), cluster.nameServer(), Duration.ofSeconds(10), "");
  }

  /** The same, with more rules for groups. */
  public GatewayConfigFile withGroups(String entries) {
    return new GatewayConfigFile(port, httpPort, nameServer, stopGrace, entries);
  }

  /** The same, reached by another name server address: that of a link, perhaps. */
  public GatewayConfigFile withNameServer(String address) {
    return new GatewayConfigFile(port, httpPort, address, stopGrace, extraGroups);
  }

  /** Writes it. */
  public Path writeTo(Path folder) {
    String yaml =
        """
        node:
          name: node-%d
          dataDir: %s
          stopGrace: %ds
        listen:
          port: %d
          maxRequestMemory: 96MiB
        admin:
          port: %d
        consume:
          memory: 64MiB
        clusters:
          main:
            engine: rocketmq
            settings:
              nameServers: %s
          lesser:
            engine: memory
        topics:
          - pattern: 'lesser-*'
            cluster: lesser
            autoCreate: true
          - pattern: 'ordered*'
            cluster: main
            ordered: true
            autoCreate: true
            partitions: 4
          - pattern: 'small-*'
            cluster: main
            autoCreate: true
            partitions: 1
            maxMessageSize: 64KiB
          - pattern: 'closed-*'
            cluster: main
          - pattern: '%%DLQ%%*'
            cluster: main
          - pattern: '*-go-*'
            cluster: main
            autoCreate: true
          - pattern: 'cpp-*'
            cluster: main
          - pattern: 'nodejs-*'
            cluster: main
          - pattern: 'orders-*'
            cluster: main
          - pattern: 'deliveries-*'
            cluster: main
          - pattern: 'reminders-*'
            cluster: main
          - pattern: 'x-*'
            cluster: main
            autoCreate: true
            partitions: 4
        groups:
        %s  - pattern: 'brief-*'
            lease: %ds
            maxLease: %ds
            maxAttempts: %d
            backoff:
              initial: 200ms
              max: 500ms
          - pattern: '*'
            lease: 20s
            maxLease: 2m
            backoff:
              initial: 200ms
              max: 2s
        """
            .formatted(
                port,
                folder.resolve("gateway-data"),
                stopGrace.toSeconds(),
                port,
                httpPort,
                nameServer,
                extraGroups,
                BRIEF_LEASE.toSeconds(),
                BRIEF_MAX_LEASE.toSeconds(),
                BRIEF_ATTEMPTS);
    try {
      Files.createDirectories(folder);
      return Files.writeString(folder.resolve("headgate.yaml"), yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
