package dev.headgate.server.metrics;

import com.codahale.metrics.Counter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What is counted of a group on a topic. To be looked up once a subscription. Thread-safe; counting
 * allocates nothing and takes no lock.
 */
public final class GroupMetrics implements Labelled.Entry {
  /** Makes, or finds, the metrics of one group. */
  interface Source {
    Counter counter(MetricFamily family, String... moreLabels);

    Durations durations(MetricFamily family);
  }

  private final Counter deliveries;
  private final Counter redeliveries;
  private final Counter acks;
  private final Counter nacks;
  private final Counter expired;
  private final Counter retriedInPlace;
  private final Counter retriedByTopic;
  private final Counter deadLetters;
  private final Counter leasesLost;
  private final Counter acksUncommitted;
  private final Counter movesRepeated;
  private final Counter leasesOpen;
  private final Counter prefetched;
  private final Counter parked;
  private final Durations deliveryDelay;
  private final Durations handling;
  private final Set<Backlog> backlogs = ConcurrentHashMap.newKeySet();

  /** What a subscription has before it; asked when it is exported. */
  public interface Backlog {
    /** The age of its oldest message that has been read and is not settled. */
    long oldestMillis();

    /** Messages that are not settled, read or not. */
    long messages();
  }

  GroupMetrics(Source source) {
    deliveries = source.counter(MetricFamily.DELIVERIES);
    redeliveries = source.counter(MetricFamily.REDELIVERIES);
    acks = source.counter(MetricFamily.ACKS);
    nacks = source.counter(MetricFamily.NACKS);
    expired = source.counter(MetricFamily.LEASES_EXPIRED);
    retriedInPlace = source.counter(MetricFamily.RETRIES, "in-place");
    retriedByTopic = source.counter(MetricFamily.RETRIES, "retry-topic");
    deadLetters = source.counter(MetricFamily.DEAD_LETTERS);
    leasesLost = source.counter(MetricFamily.POSSIBLE_DUPLICATES, "lease-lost");
    acksUncommitted = source.counter(MetricFamily.POSSIBLE_DUPLICATES, "ack-uncommitted");
    movesRepeated = source.counter(MetricFamily.POSSIBLE_DUPLICATES, "move-repeated");
    leasesOpen = source.counter(MetricFamily.LEASES_OPEN);
    prefetched = source.counter(MetricFamily.PREFETCHED);
    parked = source.counter(MetricFamily.RECEIVES_PARKED);
    deliveryDelay = source.durations(MetricFamily.DELIVERY_DELAY);
    handling = source.durations(MetricFamily.HANDLING_DURATION);
  }

  /** A subscription begins. */
  public void opened(Backlog backlog) {
    backlogs.add(backlog);
  }

  /** It has ended. */
  public void closed(Backlog backlog) {
    backlogs.remove(backlog);
  }

  // ------------------------------------------------------------------------------------------------ leases

  /** A message is leased, for the how-manieth time, so long after it was stored. */
  public void leased(int attempt, long storedForMillis) {
    leasesOpen.inc();
    deliveries.inc();
    if (attempt > 1) {
      redeliveries.inc();
    } else {
      deliveryDelay.record(TimeUnit.MILLISECONDS.toNanos(storedForMillis));
    }
  }

  /** A lease has ended, for whatever reason. */
  public void leaseClosed() {
    leasesOpen.dec();
  }

  /** Acked, so long after it was delivered. */
  public void acked(long heldMillis) {
    acks.inc();
    handling.record(TimeUnit.MILLISECONDS.toNanos(heldMillis));
  }

  /** Acked with a lease of another run or node. */
  public void ackedFromBefore() {
    acks.inc();
  }

  /** Given back. */
  public void nacked() {
    nacks.inc();
  }

  /** Neither acked nor given back in time. */
  public void expired() {
    expired.inc();
  }

  // ------------------------------------------------------------------------------------------------ coming back

  /** It waits here before it comes again. */
  public void retriedInPlace() {
    retriedInPlace.inc();
  }

  /** It has been moved to the retry topic (D17). */
  public void retriedByTopic() {
    retriedByTopic.inc();
  }

  /** It has been moved to the dead-letter topic (D13). */
  public void deadLettered() {
    deadLetters.inc();
  }

  /** The copy to another topic failed, or seemed to, and is made again. */
  public void moveRepeated() {
    movesRepeated.inc();
  }

  /** The partition has gone with the lease open: the next owner delivers the message. */
  public void leaseLost() {
    leasesOpen.dec();
    leasesLost.inc();
  }

  /** The partition has gone, and so many acks were not committed. */
  public void acksUncommitted(long messages) {
    acksUncommitted.inc(messages);
  }

  // ------------------------------------------------------------------------------------------------ what is held

  /** A body is held. */
  public void held(long bytes) {
    prefetched.inc(bytes);
  }

  /** It is let go. */
  public void released(long bytes) {
    prefetched.dec(bytes);
  }

  /** A receive waits. */
  public void parked() {
    parked.inc();
  }

  /** It waits no more. */
  public void unparked() {
    parked.dec();
  }

  /** The age of the oldest unsettled message of all its subscriptions. */
  double oldestSeconds() {
    return backlogs.stream().mapToLong(Backlog::oldestMillis).max().orElse(0) / 1e3;
  }

  /** The unsettled messages of all its subscriptions. */
  long lag() {
    return backlogs.stream().mapToLong(Backlog::messages).sum();
  }

  @Override
  public long activity() {
    return deliveries.getCount()
        + acks.getCount()
        + nacks.getCount()
        + expired.getCount()
        + deadLetters.getCount();
  }

  @Override
  public boolean inUse() {
    return !backlogs.isEmpty();
  }
}
