package dev.headgate.engine.memory;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.DelayFacet;
import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import java.util.concurrent.CompletionStage;

/** Delayed messages that can be withdrawn: the handle is the message's number in the cluster. */
final class MemoryDelay implements DelayFacet {
  private final MemoryEngine engine;
  private final MemoryCluster cluster;

  MemoryDelay(MemoryEngine engine, MemoryCluster cluster) {
    this.engine = engine;
    this.cluster = cluster;
  }

  @Override
  public CompletionStage<String> appendDelayed(
      TopicName topic, Message message, AppendOptions options) {
    return engine.answer(() -> Long.toString(cluster.append(topic, message, options).delayedId()));
  }

  @Override
  public CompletionStage<Boolean> cancel(TopicName topic, String handle, AppendOptions options) {
    return engine.answer(() -> isNumber(handle) && cluster.cancel(topic, Long.parseLong(handle)));
  }

  private static boolean isNumber(String handle) {
    return handle.matches("[0-9]{1,18}");
  }
}
