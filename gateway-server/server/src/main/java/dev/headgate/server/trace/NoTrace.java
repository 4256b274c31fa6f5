package dev.headgate.server.trace;

import dev.headgate.engine.GroupName;
import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import org.jspecify.annotations.Nullable;

/** No tracing. */
final class NoTrace implements MessageTrace {
  @Override
  public void sent(TopicName topic, Message message, long tookNanos, @Nullable String failure) {}

  @Override
  public void delivered(
      TopicName topic, GroupName group, Message message, int attempt, long waitedMillis) {}

  @Override
  public void settled(
      TopicName topic,
      GroupName group,
      Message message,
      int attempt,
      long heldMillis,
      String how) {}

  @Override
  public void close() {}
}
