package dev.headgate.engine;

import java.util.List;

/**
 * What one fetch found.
 *
 * @param messages in rising order of offset; may be empty
 * @param nextOffset where to fetch next: past the last message, and past anything that was filtered
 *     out or has been deleted by retention
 * @param endOffset one past the newest message of the partition when the broker answered, from
 *     which lag is reckoned; -1 where the engine cannot tell
 */
public record Batch(List<StoredMessage> messages, long nextOffset, long endOffset) {
  /** Of an engine that cannot tell where the partition ends. */
  public Batch(List<StoredMessage> messages, long nextOffset) {
    this(messages, nextOffset, -1);
  }
}
