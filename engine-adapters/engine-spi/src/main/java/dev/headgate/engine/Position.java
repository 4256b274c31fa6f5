package dev.headgate.engine;

/**
 * Where a message lies. Offsets rise in a partition, perhaps with gaps; they mean nothing in
 * another partition or cluster.
 *
 * @param partition where
 * @param offset not negative; -1 where the engine cannot tell (a delayed message before its time)
 */
public record Position(Partition partition, long offset) {
  @Override
  public String toString() {
    return partition + "@" + offset;
  }
}
