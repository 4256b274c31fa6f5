package dev.headgate.launcher;

import dev.headgate.client.GroupInfo;
import dev.headgate.client.HeadgateClient;

/** What a group has not settled yet, as the gateway sees it. */
final class Backlog {
  private final HeadgateClient client;
  private final String topic;
  private final String group;

  Backlog(HeadgateClient client, String topic, String group) {
    this.client = client;
    this.topic = topic;
    this.group = group;
  }

  /** Messages; committed a moment after they are acked. */
  long left() {
    return client.admin().groups(topic, group).stream()
        .filter(info -> info.group().equals(group))
        .mapToLong(GroupInfo::lagMessages)
        .sum();
  }
}
