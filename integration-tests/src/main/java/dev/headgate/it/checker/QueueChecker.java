package dev.headgate.it.checker;

import dev.headgate.it.checker.DeliveryEvent.Settlement;
import dev.headgate.it.checker.SendEvent.Result;
import dev.headgate.it.checker.Verdict.AckedRepeat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Compares what was sent with what arrived, after faults have healed and the group has drained.
 * Multisets, as in Jepsen's total-queue: a value that was sent twice may be stored twice, so each
 * confirmed or indeterminate attempt excuses one stored copy, and an indeterminate copy that
 * arrives is no duplicate.
 */
public final class QueueChecker {
  private static final Comparator<DeliveryEvent> BY_TIME =
      Comparator.comparingLong(DeliveryEvent::atNanos);

  private final List<SendEvent> sends;
  private final List<DeliveryEvent> deliveries;
  private final List<AckedRepeat> repeats = new ArrayList<>();

  private QueueChecker(List<SendEvent> sends, List<DeliveryEvent> deliveries) {
    this.sends = sends;
    this.deliveries = deliveries.stream().sorted(BY_TIME).toList();
  }

  /** Judges a finished history. */
  public static Verdict check(History history) {
    return new QueueChecker(history.sends(), history.deliveries()).verdict();
  }

  private Verdict verdict() {
    Set<String> attempted = values(Set.of(Result.values()));
    Set<String> possible = values(Set.of(Result.ACKNOWLEDGED, Result.INDETERMINATE));
    Set<String> acknowledged = values(Set.of(Result.ACKNOWLEDGED));
    Set<String> delivered =
        deliveries.stream().map(DeliveryEvent::value).collect(Collectors.toSet());
    OrderChecker order = OrderChecker.check(sends, deliveries, acknowledged);
    return new Verdict(
        attempted.size(),
        acknowledged.size(),
        delivered.size(),
        minus(acknowledged, delivered),
        minus(delivered, possible),
        minus(intersection(delivered, possible), acknowledged),
        duplicates(),
        List.copyOf(repeats),
        order.inversions(),
        order.gaps(),
        order.overlaps());
  }

  private Set<String> values(Set<Result> results) {
    return sends.stream()
        .filter(send -> results.contains(send.result()))
        .map(SendEvent::value)
        .collect(Collectors.toSet());
  }

  /** Deliveries are in time order: each one but the first of its copy has a cause. */
  private Map<DuplicateCause, Integer> duplicates() {
    Map<DuplicateCause, Integer> counts = new EnumMap<>(DuplicateCause.class);
    Map<String, DeliveryEvent> lastOfCopy = new HashMap<>();
    Map<String, Set<String>> copies = new HashMap<>();
    Map<String, Long> excused = excusedCopies();
    for (DeliveryEvent delivery : deliveries) {
      DeliveryEvent before = lastOfCopy.put(delivery.messageId(), delivery);
      if (before != null) {
        counts.merge(DuplicateCause.after(before.settlement()), 1, Integer::sum);
        Long ackedAt = before.settledAtNanos();
        if (before.settlement() == Settlement.ACKED && ackedAt != null) {
          repeats.add(new AckedRepeat(ackedAt, delivery.atNanos()));
        }
      } else {
        Set<String> ids = copies.computeIfAbsent(delivery.value(), value -> new HashSet<>());
        ids.add(delivery.messageId());
        if (ids.size() > Math.max(1, excused.getOrDefault(delivery.value(), 0L))) {
          counts.merge(DuplicateCause.STORED_TWICE, 1, Integer::sum);
        }
      }
    }
    return counts;
  }

  private Map<String, Long> excusedCopies() {
    return sends.stream()
        .filter(send -> send.result() != Result.REFUSED)
        .collect(Collectors.groupingBy(SendEvent::value, Collectors.counting()));
  }

  private static SortedSet<String> minus(Collection<String> from, Collection<String> what) {
    SortedSet<String> rest = new TreeSet<>(from);
    rest.removeAll(what);
    return rest;
  }

  private static Set<String> intersection(Set<String> one, Set<String> other) {
    Set<String> both = new HashSet<>(one);
    both.retainAll(other);
    return both;
  }
}
