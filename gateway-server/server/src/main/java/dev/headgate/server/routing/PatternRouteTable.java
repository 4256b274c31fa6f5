package dev.headgate.server.routing;

import dev.headgate.engine.Engine;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.TopicName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Routes by the rules of the configuration, in their order. Thread-safe. Answers are remembered by
 * name, so a lookup costs one hash; the memory is bounded, and forgotten whole when full, since a
 * client can ask for any number of names.
 */
public final class PatternRouteTable implements RouteTable {
  private static final int MAX_REMEMBERED = 32_768;

  private final List<Target> targets;
  private final List<GroupRule> groups;
  private final Map<TopicName, Optional<Route>> routes = new ConcurrentHashMap<>();
  private final Map<GroupName, GroupPolicy> policies = new ConcurrentHashMap<>();

  private record Target(Glob pattern, Route route) {}

  /**
   * Over rules and the engines that they name.
   *
   * @throws IllegalArgumentException when a rule names a cluster that is not there
   */
  public PatternRouteTable(
      List<TopicRule> topics, List<GroupRule> groups, Map<String, Engine> engines) {
    this.targets = topics.stream().map(rule -> target(rule, engines)).toList();
    this.groups = List.copyOf(groups);
  }

  @Override
  public Optional<Route> route(TopicName topic) {
    return remembered(routes, topic, this::match);
  }

  @Override
  public GroupPolicy group(GroupName group) {
    return remembered(policies, group, this::match);
  }

  private Optional<Route> match(TopicName topic) {
    for (Target target : targets) {
      if (target.pattern().matches(topic.value())) {
        return Optional.of(target.route());
      }
    }
    return Optional.empty();
  }

  private GroupPolicy match(GroupName group) {
    for (GroupRule rule : groups) {
      if (rule.pattern().matches(group.value())) {
        return rule.policy();
      }
    }
    return GroupPolicy.DEFAULT;
  }

  private static <K, V> V remembered(Map<K, V> memory, K key, Function<K, V> answer) {
    V known = memory.get(key);
    if (known != null) {
      return known;
    }
    V found = answer.apply(key);
    if (memory.size() >= MAX_REMEMBERED) {
      memory.clear();
    }
    memory.put(key, found);
    return found;
  }

  private static Target target(TopicRule rule, Map<String, Engine> engines) {
    Engine engine = engines.get(rule.cluster());
    if (engine == null) {
      throw new IllegalArgumentException(
          "cluster: '%s' (expected one of: %s)"
              .formatted(rule.cluster(), String.join(", ", engines.keySet())));
    }
    return new Target(
        rule.pattern(),
        new Route(
            rule.cluster(),
            engine,
            rule.ordered(),
            rule.maxMessageBytes(),
            rule.maxDelay(),
            rule.autoCreate(),
            rule.partitions()));
  }
}
