package dev.headgate.engine;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A partition while this reader owns it. Thread-safe. After it is revoked or lost every method
 * fails with {@link EngineException.Kind#FENCED}, also where the same partition has come back under
 * a later epoch (D20).
 */
public interface OwnedPartition {
  /** Which one. */
  Partition partition();

  /** Rises with each assignment of the partition to this engine, from 1. */
  long epoch();

  /** Where the group stands: its committed position, else by {@link ReaderSpec#initial()}. */
  long startOffset();

  /**
   * Asks for messages from {@code fromOffset} on: as many as fit {@code maxBytes} of {@link
   * Message#size()}, at least one when there is one. Parks up to {@code maxWait} when there are
   * none, without a thread; completes early when one arrives. At most one fetch of a partition may
   * be open; a second fails with {@link IllegalStateException}. Any offset may be asked for; asking
   * for the {@link Batch#nextOffset()} of the fetch before is the fast way.
   *
   * <p>Fails with {@link EngineException.Kind#OFFSET_OUT_OF_RANGE}, {@link
   * EngineException.Kind#UNAVAILABLE} (try again later) or {@link EngineException.Kind#FENCED}.
   */
  CompletionStage<Batch> fetch(long fromOffset, int maxBytes, Duration maxWait);

  /**
   * Records that everything before {@code nextOffset} is settled. Completes when the broker has it.
   * An offset below an earlier one is ignored: positions move back by {@link TopicAdmin#seek}
   * alone.
   */
  CompletionStage<Void> commit(long nextOffset);
}
