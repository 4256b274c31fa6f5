package dev.headgate.engine.memory;

import dev.headgate.engine.Batch;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.Partition;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** A partition that passes everything on; what extends it breaks one thing. */
class ForwardingPartition implements OwnedPartition {
  private final OwnedPartition partition;

  ForwardingPartition(OwnedPartition partition) {
    this.partition = partition;
  }

  @Override
  public Partition partition() {
    return partition.partition();
  }

  @Override
  public long epoch() {
    return partition.epoch();
  }

  @Override
  public long startOffset() {
    return partition.startOffset();
  }

  @Override
  public CompletionStage<Batch> fetch(long fromOffset, int maxBytes, Duration maxWait) {
    return partition.fetch(fromOffset, maxBytes, maxWait);
  }

  @Override
  public CompletionStage<Void> commit(long nextOffset) {
    return partition.commit(nextOffset);
  }
}
