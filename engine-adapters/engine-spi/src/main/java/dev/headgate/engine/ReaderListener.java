package dev.headgate.engine;

import java.util.concurrent.CompletionStage;

/**
 * Told of partitions that come and go. Called on the engine's threads, for one partition never
 * concurrently; must not block. Each assigned partition is revoked or lost exactly once.
 */
public interface ReaderListener {
  /** The partition is this reader's now. */
  void assigned(OwnedPartition partition);

  /**
   * The partition is to be given up. Until the returned stage completes it is still owned, so that
   * settled work can be committed; the engine waits a bounded time (5 s), then gives it up all the
   * same. No fetch completes after this call.
   */
  CompletionStage<Void> revoked(OwnedPartition partition);

  /** The partition is gone already: nothing can be committed any more. */
  void lost(OwnedPartition partition);
}
