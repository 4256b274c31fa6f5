package dev.headgate.server.deadletter;

import dev.headgate.engine.GroupName;
import dev.headgate.engine.TopicName;

/** Who reads the retry topics of groups on this node. Thread-safe. */
@FunctionalInterface
public interface RetryReaders {
  /** A letter has been written to the group's retry topic of the topic, which may be a new one. */
  void lookForRetries(TopicName topic, GroupName group);
}
