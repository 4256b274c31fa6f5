package dev.headgate.server.config;

import dev.headgate.server.config.YamlNode.Entries;
import dev.headgate.server.consume.ConsumeConfig;
import dev.headgate.server.http.OperatorHttpConfig;
import dev.headgate.server.metrics.MetricsConfig;
import dev.headgate.server.plugin.ClusterConfig;
import dev.headgate.server.thrift.ThriftEdgeConfig;
import dev.headgate.server.trace.TracingConfig;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@code headgate.yaml}. Relative paths in it count from the file's own folder. */
public final class ConfigFile {
  private static final Pattern CLUSTER_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private final String fileName;
  private final Path folder;
  private final List<ConfigFault> faults = new ArrayList<>();

  private ConfigFile(String fileName, Path folder) {
    this.fileName = fileName;
    this.folder = folder;
  }

  /** Reads and checks a file. */
  public static GatewayConfig load(Path file) throws ConfigException {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw unreadable(file, "there is no such file (expected: a configuration in YAML)");
    } catch (MalformedInputException e) {
      throw unreadable(file, "not UTF-8 (expected: a configuration in YAML)");
    } catch (IOException e) {
      throw unreadable(file, "cannot be read: " + e.getMessage());
    }
    Path folder = file.toAbsolutePath().getParent();
    return parse(text, file.toString(), folder == null ? file.toAbsolutePath() : folder);
  }

  /** Checks a text; {@code name} stands for the file in errors. */
  public static GatewayConfig parse(String text, String name, Path folder) throws ConfigException {
    ConfigFile file = new ConfigFile(name, folder);
    YamlNode document = YamlReader.read(text, file.faults);
    if (document instanceof Entries entries && file.faults.isEmpty()) {
      GatewayConfig config = file.gateway(entries);
      if (file.faults.isEmpty()) {
        return config;
      }
    } else if (file.faults.isEmpty()) {
      file.faults.add(
          new ConfigFault(
              document.line(),
              "",
              document.shown()
                  + " (expected: the sections node, listen, admin, metrics, tracing, consume, clusters, topics, groups)"));
    }
    file.faults.sort(Comparator.comparingInt(ConfigFault::line));
    throw new ConfigException(name, file.faults);
  }

  private GatewayConfig gateway(Entries entries) {
    try (Section root = new Section("", entries, faults)) {
      NodeConfig node = NodeSections.node(root, folder);
      ThriftEdgeConfig listen = NodeSections.listen(root);
      OperatorHttpConfig admin = NodeSections.admin(root);
      MetricsConfig metrics = NodeSections.metrics(root);
      TracingConfig tracing = NodeSections.tracing(root);
      ConsumeConfig consume = NodeSections.consume(root);
      List<ClusterConfig> clusters = clusters(root);
      RuleSections rules = new RuleSections(clusters, listen.limits().maxFrameBytes());
      GatewayConfig config =
          new GatewayConfig(
              node,
              listen,
              admin,
              metrics,
              tracing,
              consume,
              clusters,
              rules.topics(root),
              rules.groups(root));
      root.notOffered("pairs");
      root.notOffered("clients");
      return config;
    }
  }

  private List<ClusterConfig> clusters(Section root) {
    List<ClusterConfig> clusters = new ArrayList<>();
    if (!root.has("clusters")) {
      root.fault("clusters", "missing (expected: at least one cluster with its engine)");
    }
    try (Section section = root.section("clusters")) {
      if (root.has("clusters") && section.keys().isEmpty()) {
        section.fault("empty (expected: at least one cluster with its engine)");
      }
      for (String name : section.keys()) {
        clusters.add(cluster(section, name));
      }
    }
    return clusters;
  }

  private ClusterConfig cluster(Section clusters, String name) {
    if (!CLUSTER_NAME.matcher(name).matches()) {
      clusters.fault(name, "a name (expected: 1 to 64 letters, digits, '-' and '_')");
    }
    try (Section section = clusters.section(name)) {
      String engine = section.requiredText("engine", "an engine plug-in, such as rocketmq");
      String dataCentre = section.text("dataCentre", "");
      Map<String, String> settings;
      try (Section inner = section.section("settings")) {
        settings = inner.texts();
      }
      return new ClusterConfig(
          name, engine, dataCentre, settings, fileName + ":" + section.line("settings"));
    }
  }

  private static ConfigException unreadable(Path file, String problem) {
    return new ConfigException(file.toString(), List.of(new ConfigFault(0, "", problem)));
  }
}
