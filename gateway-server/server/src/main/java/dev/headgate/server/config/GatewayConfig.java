package dev.headgate.server.config;

import dev.headgate.server.consume.ConsumeConfig;
import dev.headgate.server.http.OperatorHttpConfig;
import dev.headgate.server.metrics.MetricsConfig;
import dev.headgate.server.plugin.ClusterConfig;
import dev.headgate.server.routing.GroupRule;
import dev.headgate.server.routing.TopicRule;
import dev.headgate.server.thrift.ThriftEdgeConfig;
import dev.headgate.server.trace.TracingConfig;
import java.util.List;

/**
 * A whole configuration, checked.
 *
 * @param node this process
 * @param listen where clients connect
 * @param admin where operators look
 * @param metrics how many labels there may be
 * @param tracing where spans go
 * @param consume what holds for every group
 * @param clusters brokers
 * @param topics first match wins
 * @param groups first match wins
 */
public record GatewayConfig(
    NodeConfig node,
    ThriftEdgeConfig listen,
    OperatorHttpConfig admin,
    MetricsConfig metrics,
    TracingConfig tracing,
    ConsumeConfig consume,
    List<ClusterConfig> clusters,
    List<TopicRule> topics,
    List<GroupRule> groups) {
  /** Copies the lists. */
  public GatewayConfig {
    clusters = List.copyOf(clusters);
    topics = List.copyOf(topics);
    groups = List.copyOf(groups);
  }
}
