package dev.headgate.engine;

import java.util.concurrent.CompletionStage;

/** A membership of a group on a topic. Thread-safe. */
public sealed interface EngineReader extends AutoCloseable permits LogReader, QueueReader {
  /** The spec that it was opened with. */
  ReaderSpec spec();

  /**
   * Leaves the group: revokes what is assigned, as {@link ReaderListener#revoked} describes, then
   * tells the broker. Returns at once; idempotent.
   *
   * @return completes when the group has been left; never fails
   */
  CompletionStage<Void> leave();

  /** As {@link #leave}, without waiting and without a chance to settle. */
  @Override
  void close();
}
