package dev.headgate.sandbox.rocketmq;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to run, and where.
 *
 * @param role which of the two servers
 * @param data the folder of everything that is kept: messages, ports, logs
 * @param nameServerPort 0 for the one of the last run, else a free one
 * @param brokerPort 0 for the one of the last run, else a free one; the broker also takes the port
 *     two below
 * @param nameServer {@code host:port} of a name server elsewhere; null where this process runs it
 * @param brokerName the broker's name, shared by a master and its slaves
 * @param brokerId 0 for a master, above for a slave
 * @param exitOnEof whether to exit when standard input ends, so as never to outlive the parent
 * @param overrides RocketMQ broker and store properties that replace this sandbox's own
 */
public record SandboxOptions(
    Role role,
    Path data,
    int nameServerPort,
    int brokerPort,
    @Nullable String nameServer,
    String brokerName,
    int brokerId,
    boolean exitOnEof,
    Map<String, String> overrides) {

  /** Which servers run in the process. */
  public enum Role {
    /** Name server and broker. */
    ALL,
    /** The name server alone. */
    NAMESRV,
    /** The broker alone. */
    BROKER;

    boolean runsNameServer() {
      return this != BROKER;
    }

    boolean runsBroker() {
      return this != NAMESRV;
    }
  }

  /** Validates. */
  public SandboxOptions {
    overrides = Map.copyOf(overrides);
    checkPort("--namesrv-port", nameServerPort);
    checkPort("--broker-port", brokerPort);
    if (brokerId < 0) {
      throw new IllegalArgumentException("--broker-id: " + brokerId + " (expected: >= 0)");
    }
    if (!role.runsNameServer() && nameServer == null) {
      throw new IllegalArgumentException("--namesrv: missing (expected with --role broker)");
    }
  }

  /** Both servers over one folder, on free ports. */
  public static SandboxOptions all(Path data) {
    return new SandboxOptions(Role.ALL, data, 0, 0, null, "broker-a", 0, true, Map.of());
  }

  /** The name server alone. */
  public static SandboxOptions nameServer(Path data) {
    return new SandboxOptions(Role.NAMESRV, data, 0, 0, null, "broker-a", 0, true, Map.of());
  }

  /** A broker alone that registers at a name server elsewhere. */
  public static SandboxOptions broker(Path data, String nameServer) {
    return new SandboxOptions(Role.BROKER, data, 0, 0, nameServer, "broker-a", 0, true, Map.of());
  }

  /** The same under another broker name. */
  public SandboxOptions named(String newBrokerName) {
    return new SandboxOptions(
        role,
        data,
        nameServerPort,
        brokerPort,
        nameServer,
        newBrokerName,
        brokerId,
        exitOnEof,
        overrides);
  }

  /** The same with RocketMQ properties replaced. */
  public SandboxOptions with(Map<String, String> newOverrides) {
    return new SandboxOptions(
        role,
        data,
        nameServerPort,
        brokerPort,
        nameServer,
        brokerName,
        brokerId,
        exitOnEof,
        newOverrides);
  }

  /** The same, running on when standard input ends or not. */
  public SandboxOptions exitingOnEof(boolean newExitOnEof) {
    return new SandboxOptions(
        role,
        data,
        nameServerPort,
        brokerPort,
        nameServer,
        brokerName,
        brokerId,
        newExitOnEof,
        overrides);
  }

  /** Reads the command line. Throws {@link IllegalArgumentException} with a text for people. */
  public static SandboxOptions parse(List<String> arguments) {
    Map<String, String> values = new LinkedHashMap<>();
    Map<String, String> overrides = new LinkedHashMap<>();
    boolean exitOnEof = false;
    for (int i = 0; i < arguments.size(); i++) {
      String name = arguments.get(i);
      if (name.equals("--exit-on-eof")) {
        exitOnEof = true;
        continue;
      }
      if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException(name + ": missing value");
      }
      String value = arguments.get(++i);
      if (name.equals("--set")) {
        int equals = value.indexOf('=');
        if (equals < 1) {
          throw new IllegalArgumentException("--set: " + value + " (expected: property=value)");
        }
        overrides.put(value.substring(0, equals), value.substring(equals + 1));
      } else if (KNOWN.contains(name)) {
        values.put(name, value);
      } else {
        throw new IllegalArgumentException(
            name + ": unknown (expected: --exit-on-eof, --set, " + String.join(", ", KNOWN) + ")");
      }
    }
    String data = values.get("--data");
    if (data == null) {
      throw new IllegalArgumentException("--data: missing (expected: a folder)");
    }
    return new SandboxOptions(
        role(values.getOrDefault("--role", "all")),
        Path.of(data).toAbsolutePath(),
        number(values, "--namesrv-port"),
        number(values, "--broker-port"),
        values.get("--namesrv"),
        values.getOrDefault("--broker-name", "broker-a"),
        number(values, "--broker-id"),
        exitOnEof,
        overrides);
  }

  /** The command line that {@link #parse} reads back. */
  public List<String> toArguments() {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--role", role.name().toLowerCase(Locale.ROOT)));
    arguments.addAll(List.of("--data", data.toString()));
    arguments.addAll(List.of("--namesrv-port", Integer.toString(nameServerPort)));
    arguments.addAll(List.of("--broker-port", Integer.toString(brokerPort)));
    if (nameServer != null) {
      arguments.addAll(List.of("--namesrv", nameServer));
    }
    arguments.addAll(List.of("--broker-name", brokerName));
    arguments.addAll(List.of("--broker-id", Integer.toString(brokerId)));
    overrides.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    if (exitOnEof) {
      arguments.add("--exit-on-eof");
    }
    return arguments;
  }

  private static final List<String> KNOWN =
      List.of(
          "--role",
          "--data",
          "--namesrv-port",
          "--broker-port",
          "--namesrv",
          "--broker-name",
          "--broker-id");

  private static Role role(String text) {
    for (Role role : Role.values()) {
      if (role.name().equalsIgnoreCase(text)) {
        return role;
      }
    }
    throw new IllegalArgumentException("--role: " + text + " (expected: all, namesrv or broker)");
  }

  private static int number(Map<String, String> values, String name) {
    String value = values.getOrDefault(name, "0");
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: a whole number)", e);
    }
  }

  private static void checkPort(String name, int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(name + ": " + port + " (expected: 0 to 65535)");
    }
  }
}
