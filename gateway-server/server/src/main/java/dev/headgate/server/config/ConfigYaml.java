package dev.headgate.server.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import dev.headgate.server.plugin.ClusterConfig;
import dev.headgate.server.routing.GroupPolicy;
import dev.headgate.server.routing.GroupRule;
import dev.headgate.server.routing.TopicRule;
import dev.headgate.server.thrift.ThriftEdgeConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A configuration written out again: every key with the value in force, defaults too, and no
 * secrets. What it gives can be read by {@link ConfigFile}.
 */
public final class ConfigYaml {
  private static final Pattern SECRET = Pattern.compile("secret|password|passwd|token|credential");
  private static final String HIDDEN = "(hidden)";

  private ConfigYaml() {}

  /** The whole configuration. */
  public static String of(GatewayConfig config) {
    Map<String, Object> sections = new LinkedHashMap<>();
    sections.put("node", node(config.node()));
    sections.put("listen", listen(config.listen()));
    sections.put("admin", admin(config));
    sections.put("metrics", metrics(config));
    if (!config.tracing().endpoint().isEmpty()) {
      sections.put("tracing", Map.of("endpoint", config.tracing().endpoint()));
    }
    sections.put("consume", consume(config));
    Map<String, Object> clusters = new LinkedHashMap<>();
    config.clusters().forEach(cluster -> clusters.put(cluster.name(), cluster(cluster)));
    sections.put("clusters", clusters);
    sections.put("topics", config.topics().stream().map(ConfigYaml::topic).toList());
    List<Object> groups = new ArrayList<>(config.groups().stream().map(ConfigYaml::group).toList());
    groups.add(group("*", GroupPolicy.DEFAULT));
    sections.put("groups", groups);
    ObjectMapper yaml =
        new ObjectMapper(
            YAMLFactory.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .build());
    try {
      return yaml.writeValueAsString(sections);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps, lists and texts can always be written", e);
    }
  }

  private static Map<String, Object> node(NodeConfig node) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("name", node.name());
    keys.put("dataDir", node.dataDir().toString());
    keys.put("leaseSecretFile", node.leaseSecretFile().toString());
    keys.put("stopGrace", Quantities.shown(node.stopGrace()));
    if (!node.advertise().isEmpty()) {
      keys.put("advertise", node.advertise());
    }
    return keys;
  }

  private static Map<String, Object> listen(ThriftEdgeConfig listen) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("host", listen.host());
    keys.put("port", listen.port());
    keys.put("maxConnections", listen.maxConnections());
    if (listen.eventLoopThreads() > 0) {
      keys.put("eventLoopThreads", listen.eventLoopThreads());
    }
    keys.put("maxFrame", Quantities.shown((long) listen.limits().maxFrameBytes()));
    keys.put("maxRequestMemory", Quantities.shown(listen.limits().maxRequestBytes()));
    keys.put("maxInFlightPerConnection", listen.limits().maxInFlightPerConnection());
    keys.put("firstByteTimeout", Quantities.shown(listen.timeouts().firstByte()));
    keys.put("requestTimeout", Quantities.shown(listen.timeouts().partialFrame()));
    keys.put("slowReaderTimeout", Quantities.shown(listen.timeouts().slowReader()));
    keys.put("idleTimeout", Quantities.shown(listen.timeouts().idle()));
    return keys;
  }

  private static Map<String, Object> admin(GatewayConfig config) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("enabled", config.admin().enabled());
    keys.put("host", config.admin().host());
    keys.put("port", config.admin().port());
    return keys;
  }

  private static Map<String, Object> metrics(GatewayConfig config) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("maxTopics", config.metrics().maxTopics());
    keys.put("maxGroups", config.metrics().maxGroups());
    keys.put("forgetAfter", Quantities.shown(config.metrics().forgetAfter()));
    return keys;
  }

  private static Map<String, Object> consume(GatewayConfig config) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("commitInterval", Quantities.shown(config.consume().commitInterval()));
    keys.put("idleAfter", Quantities.shown(config.consume().idleAfter()));
    keys.put("memory", Quantities.shown(config.consume().heldBytes()));
    keys.put("maxParked", config.consume().maxParked());
    return keys;
  }

  private static Map<String, Object> cluster(ClusterConfig cluster) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("engine", cluster.engine());
    if (!cluster.dataCentre().isEmpty()) {
      keys.put("dataCentre", cluster.dataCentre());
    }
    Map<String, Object> settings = new TreeMap<>();
    cluster
        .settings()
        .forEach(
            (key, value) ->
                settings.put(
                    key, SECRET.matcher(key.toLowerCase(Locale.ROOT)).find() ? HIDDEN : value));
    if (!settings.isEmpty()) {
      keys.put("settings", settings);
    }
    return keys;
  }

  private static Map<String, Object> topic(TopicRule rule) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("pattern", rule.pattern().pattern());
    keys.put("cluster", rule.cluster());
    keys.put("ordered", rule.ordered());
    keys.put("maxMessageSize", Quantities.shown((long) rule.maxMessageBytes()));
    keys.put("maxDelay", Quantities.shown(rule.maxDelay()));
    keys.put("autoCreate", rule.autoCreate());
    if (rule.partitions() > 0) {
      keys.put("partitions", rule.partitions());
    }
    return keys;
  }

  private static Map<String, Object> group(GroupRule rule) {
    return group(rule.pattern().pattern(), rule.policy());
  }

  private static Map<String, Object> group(String pattern, GroupPolicy policy) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("pattern", pattern);
    keys.put("lease", Quantities.shown(policy.lease()));
    keys.put("maxLease", Quantities.shown(policy.maxLease()));
    keys.put("maxAttempts", policy.maxAttempts());
    Map<String, Object> backoff = new LinkedHashMap<>();
    backoff.put("initial", Quantities.shown(policy.backoffInitial()));
    backoff.put("max", Quantities.shown(policy.backoffMax()));
    keys.put("backoff", backoff);
    keys.put("initialPosition", policy.initial().name().toLowerCase(Locale.ROOT));
    keys.put("prefetch", Quantities.shown(policy.prefetchBytes()));
    return keys;
  }
}
