package dev.headgate.server.consume;

import dev.headgate.engine.GroupName;
import dev.headgate.engine.TopicName;
import java.util.List;

/**
 * A group on a topic as this node serves it at the moment, for operators.
 *
 * @param partitions owned here, those of the retry topic among them
 * @param inFlight leases that are open
 * @param parked receives that wait
 * @param clients seen within the last minute, sorted
 */
public record SubscriptionView(
    TopicName topic,
    GroupName group,
    int partitions,
    int inFlight,
    int parked,
    List<String> clients) {}
