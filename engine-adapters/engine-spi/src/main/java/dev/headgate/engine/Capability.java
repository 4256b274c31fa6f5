package dev.headgate.engine;

/**
 * What an engine may or may not be able to do. The conformance kit runs the tests of each
 * capability that is claimed, and checks that each one that is not claimed is refused with {@link
 * EngineException.Kind#UNSUPPORTED} (D40).
 */
public enum Capability {
  /**
   * Partitions keep the order of appends of one key, and a partition has one reader of a group at a
   * time (D6, D19).
   */
  ORDERED,
  /** Readers are {@link LogReader}s: positions, contiguous commit, rewind. */
  LOG,
  /** Readers are {@link QueueReader}s: the broker settles each message. */
  QUEUE,
  /** Positions can be found by time, and a group's position can be moved (D24). */
  SEEK,
  /** {@link Message#deliverAt()} is honoured, never early (D30). */
  DELAY,
  /** A delayed message can be cancelled until it is due (D30). */
  CANCEL_DELAY,
  /** Half messages with check-back (D31). */
  TRANSACTIONS,
  /** Filtering by tag at the broker (D25). */
  FILTER_TAG,
  /** Filtering by an SQL-92 expression over headers at the broker (D25). */
  FILTER_EXPRESSION,
  /** Topics can be created, altered and deleted. */
  TOPIC_ADMIN,
}
