package dev.headgate.it;

import dev.headgate.idl.admin.CreateTopicRequest;
import dev.headgate.idl.admin.GroupInfo;
import dev.headgate.idl.admin.ListGroupsRequest;
import dev.headgate.idl.admin.TopicSpec;
import dev.headgate.it.harness.Until;
import dev.headgate.it.harness.Wire;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.thrift.TException;

/** Topics and groups as an operator sees them. */
final class Groups {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private Groups() {}

  static void createTopic(Wire wire, String topic, int partitions, boolean ordered)
      throws TException {
    wire.admin()
        .createTopic(
            new CreateTopicRequest()
                .setContext(Wire.within(LIMIT))
                .setSpec(
                    new TopicSpec().setTopic(topic).setPartitions(partitions).setOrdered(ordered)));
  }

  /** The group on the topic; exactly one is expected. */
  static GroupInfo of(Wire wire, String topic, String group) throws TException {
    List<GroupInfo> groups =
        wire
            .admin()
            .listGroups(
                new ListGroupsRequest()
                    .setContext(Wire.within(LIMIT))
                    .setTopic(topic)
                    .setGroup(group))
            .getGroups()
            .stream()
            .filter(info -> info.getTopic().equals(topic))
            .toList();
    if (groups.size() != 1) {
      throw new TException(groups.size() + " groups instead of one: " + groups);
    }
    return groups.get(0);
  }

  static long lag(Wire wire, String topic, String group) throws TException {
    return of(wire, topic, group).getLagMessages();
  }

  /** Returns when the group has settled all; fails with where it stands. */
  static void awaitNoLag(Wire wire, String topic, String group, Duration limit)
      throws TimeoutException {
    Until.holds(
        "the lag is zero",
        limit,
        () -> {
          GroupInfo info = of(wire, topic, group);
          if (info.getLagMessages() != 0) {
            throw new TException(info.toString());
          }
          return true;
        });
  }

  /** The committed position on a topic of one partition. */
  static long committed(Wire wire, String topic, String group) throws TException {
    // Behind the topic's own partition come those of the group's retry topic.
    return of(wire, topic, group).getPartitions().get(0).getCommitted();
  }
}
