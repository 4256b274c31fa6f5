package dev.headgate.engine.rocketmq;

import dev.headgate.engine.StoredMessage;
import java.util.List;

/** What a pull found. */
sealed interface Pulled {
  /** Messages, perhaps none that the filter lets pass; where to go on, and where the queue ends. */
  record Found(List<StoredMessage> messages, long nextOffset, long endOffset) implements Pulled {}

  /** The offset is not in the queue, or somebody has moved the group. */
  record Moved(long correctedOffset) implements Pulled {}
}
