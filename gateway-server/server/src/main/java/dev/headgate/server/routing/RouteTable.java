package dev.headgate.server.routing;

import dev.headgate.engine.GroupName;
import dev.headgate.engine.TopicName;
import java.util.Optional;

/**
 * Answers for one snapshot of the configuration: immutable, replaced whole on reload. Lookups are
 * called per message and must be cheap.
 */
public interface RouteTable {
  /** Where the topic lives; empty when no pattern matches. */
  Optional<Route> route(TopicName topic);

  /** The rules of the group on the topic; never empty, since there are defaults. */
  GroupPolicy group(GroupName group);
}
