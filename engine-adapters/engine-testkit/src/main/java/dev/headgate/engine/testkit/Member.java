package dev.headgate.engine.testkit;

import dev.headgate.engine.Batch;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineReader;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.Partition;
import dev.headgate.engine.ReaderListener;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.StoredMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A member of a group as the gateway is one: it runs a {@link FetchLoop} on each partition that it
 * owns, and remembers what it got and what it was told. It also watches the rules that hold always;
 * {@link #breaches()} tells which were broken.
 */
final class Member implements ReaderListener, FetchLoop.Sink, AutoCloseable {
  private final String name;
  private final Await await;
  private final boolean pumping;
  private final OwnershipLedger ledger;
  private final EngineReader reader;

  // All guarded by this; every change notifies.
  private final Map<Partition, OwnedPartition> owned = new LinkedHashMap<>();
  private final Map<OwnedPartition, Long> nextOffsets = new HashMap<>();
  private final Map<Partition, Long> epochs = new HashMap<>();
  private final Set<OwnedPartition> ended = new HashSet<>();
  private final List<OwnedPartition> revoked = new ArrayList<>();
  private final List<OwnedPartition> lost = new ArrayList<>();
  private final List<Received> received = new ArrayList<>();
  private final Set<String> bodiesSeen = new HashSet<>();
  private final List<String> breaches = new ArrayList<>();
  private BiFunction<Member, OwnedPartition, CompletionStage<Void>> onRevoked =
      Member::commitReceived;

  /** Joins. */
  Member(
      String name,
      Engine engine,
      ReaderSpec spec,
      Await await,
      boolean pumping,
      OwnershipLedger ledger) {
    this.name = name;
    this.await = await;
    this.pumping = pumping;
    this.ledger = ledger;
    this.reader = engine.openReader(spec, this);
  }

  EngineReader reader() {
    return reader;
  }

  /** What to do when a partition is revoked; by default what has been received is committed. */
  synchronized void onRevoked(BiFunction<Member, OwnedPartition, CompletionStage<Void>> action) {
    onRevoked = action;
  }

  /** Waits until it owns exactly so many partitions, and returns them. */
  List<OwnedPartition> awaitOwned(int count) {
    awaitThat(
        () -> owned.size() == count,
        () -> "own %d partitions, not %s".formatted(count, owned.keySet()));
    return owned();
  }

  synchronized List<OwnedPartition> owned() {
    return List.copyOf(owned.values());
  }

  synchronized Set<Partition> ownedPartitions() {
    return Set.copyOf(owned.keySet());
  }

  /** Waits for at least so many messages, and returns all that came. */
  List<Received> awaitReceived(int count) {
    awaitThat(
        () -> received.size() >= count,
        () -> "receive %d messages, not %d".formatted(count, received.size()));
    return received();
  }

  /** Waits until all these bodies have come, each perhaps more than once. */
  List<Received> awaitBodies(Collection<String> bodies) {
    awaitThat(
        () -> bodiesSeen.containsAll(bodies),
        () -> "receive all of %d messages; missing: %s".formatted(bodies.size(), missing(bodies)));
    return received();
  }

  private synchronized Set<String> missing(Collection<String> bodies) {
    Set<String> missing = new LinkedHashSet<>(bodies);
    missing.removeAll(bodiesSeen);
    return missing;
  }

  synchronized List<Received> received() {
    return List.copyOf(received);
  }

  synchronized List<OwnedPartition> revoked() {
    return List.copyOf(revoked);
  }

  synchronized List<OwnedPartition> lost() {
    return List.copyOf(lost);
  }

  /** Waits until the partition has been taken back, either way. */
  void awaitEnded(OwnedPartition partition) {
    awaitThat(() -> ended.contains(partition), () -> "see the end of " + partition.partition());
  }

  /** Commits all that has been received in the partition. */
  CompletionStage<Void> commitReceived(OwnedPartition partition) {
    Long next;
    synchronized (this) {
      next = nextOffsets.get(partition);
    }
    return partition.commit(next == null ? partition.startOffset() : next);
  }

  /** Commits all that has been received, and waits for the answers. */
  void commitReceived() {
    for (OwnedPartition partition : owned()) {
      await.value(commitReceived(partition), name + " commits in " + partition.partition());
    }
  }

  void leave() {
    await.value(reader.leave(), name + " leaves");
  }

  /** Rules that were broken while this member lived, in words. */
  synchronized List<String> breaches() {
    return List.copyOf(breaches);
  }

  @Override
  public void close() {
    reader.close();
  }

  @Override
  public synchronized void assigned(OwnedPartition partition) {
    if (owned.put(partition.partition(), partition) != null) {
      breach("was assigned " + partition.partition() + " twice");
    }
    String other = ledger.take(partition.partition(), name);
    if (other != null) {
      breach("was assigned " + partition.partition() + " while " + other + " owned it");
    }
    long before = epochs.getOrDefault(partition.partition(), 0L);
    epochs.put(partition.partition(), partition.epoch());
    if (partition.epoch() <= before) {
      breach(
          "got %s with epoch %d after epoch %d"
              .formatted(partition.partition(), partition.epoch(), before));
    }
    notifyAll();
    if (pumping) {
      new FetchLoop(partition, this).begin();
    }
  }

  @Override
  public CompletionStage<Void> revoked(OwnedPartition partition) {
    BiFunction<Member, OwnedPartition, CompletionStage<Void>> action;
    synchronized (this) {
      endOf(partition, "revoked");
      revoked.add(partition);
      action = onRevoked;
      notifyAll();
    }
    return action
        .apply(this, partition)
        .whenComplete((done, failure) -> ledger.giveUp(partition.partition(), name));
  }

  @Override
  public synchronized void lost(OwnedPartition partition) {
    endOf(partition, "lost");
    lost.add(partition);
    ledger.giveUp(partition.partition(), name);
    notifyAll();
  }

  private void endOf(OwnedPartition partition, String how) {
    if (!ended.add(partition)) {
      breach("was told a second time of the end of " + partition.partition() + " (" + how + ")");
    }
    if (!owned.remove(partition.partition(), partition)) {
      breach("had " + partition.partition() + " " + how + ", which it did not own");
    }
  }

  @Override
  public synchronized void refused(OwnedPartition partition, Throwable cause) {
    breach("could not fetch from " + partition.partition() + ": " + cause);
  }

  @Override
  public synchronized void fetched(OwnedPartition partition, long from, Batch batch) {
    if (ended.contains(partition)) {
      breach("had a fetch completed in " + partition.partition() + " after it was taken back");
    }
    long last = from - 1;
    for (StoredMessage stored : batch.messages()) {
      if (stored.offset() <= last) {
        breach(
            "got offset %d after %d in %s".formatted(stored.offset(), last, partition.partition()));
      }
      last = stored.offset();
      bodiesSeen.add(stored.message().body().toUtf8());
      received.add(new Received(partition, stored, Instant.now()));
    }
    if (batch.nextOffset() <= last) {
      breach(
          "was told to go on at %d after offset %d in %s"
              .formatted(batch.nextOffset(), last, partition.partition()));
    }
    nextOffsets.put(partition, batch.nextOffset());
    notifyAll();
  }

  private void breach(String what) {
    breaches.add(name + " " + what);
    notifyAll();
  }

  private synchronized void awaitThat(BooleanSupplier condition, Supplier<String> what) {
    long deadline = System.nanoTime() + await.patience().toNanos();
    while (!condition.getAsBoolean()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0 || !breaches.isEmpty()) {
        throw new AssertionError(
            "%s was to %s within %s; it broke these rules: %s"
                .formatted(name, what.get(), await.patience(), breaches));
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(name + " was interrupted", e);
      }
    }
  }
}
