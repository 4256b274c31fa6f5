package dev.headgate.server.consume;

import dev.headgate.engine.GroupName;
import dev.headgate.engine.TopicName;

/** A group on a topic. */
record SubscriptionKey(TopicName topic, GroupName group) {
  @Override
  public String toString() {
    return "group '" + group + "' on topic '" + topic + "'";
  }
}
