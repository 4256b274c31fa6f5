package dev.headgate.it.checker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Order per key. Only the first delivery of a value is judged: a replay of what was delivered
 * before is a duplicate, not an inversion; but an inversion that a replay follows stays one.
 */
final class OrderChecker {
  private final Map<String, SendEvent> sendOf = new HashMap<>();
  private final List<String> inversions = new ArrayList<>();
  private final List<String> gaps = new ArrayList<>();
  private final List<String> overlaps = new ArrayList<>();

  private OrderChecker() {}

  /** Deliveries must be in time order. */
  static OrderChecker check(
      List<SendEvent> sends, List<DeliveryEvent> deliveries, Set<String> acknowledged) {
    OrderChecker checker = new OrderChecker();
    for (SendEvent send : sends) {
      checker.sendOf.putIfAbsent(send.value(), send);
    }
    Map<String, Long> highest = checker.inversions(deliveries);
    checker.gaps(deliveries, acknowledged, highest);
    checker.overlaps(deliveries);
    return checker;
  }

  List<String> inversions() {
    return List.copyOf(inversions);
  }

  List<String> gaps() {
    return List.copyOf(gaps);
  }

  List<String> overlaps() {
    return List.copyOf(overlaps);
  }

  private @Nullable SendEvent keyedSend(DeliveryEvent delivery) {
    SendEvent send = sendOf.get(delivery.value());
    return send == null || send.key() == null ? null : send;
  }

  private Map<String, Long> inversions(List<DeliveryEvent> deliveries) {
    Map<String, Long> highest = new HashMap<>();
    Set<String> seen = new HashSet<>();
    for (DeliveryEvent delivery : deliveries) {
      SendEvent send = keyedSend(delivery);
      if (send == null || !seen.add(delivery.value())) {
        continue;
      }
      String key = String.valueOf(send.key());
      long before = highest.getOrDefault(key, -1L);
      if (send.sequence() < before) {
        inversions.add(key + ": " + send.sequence() + " first arrived after " + before);
      }
      highest.put(key, Math.max(before, send.sequence()));
    }
    return highest;
  }

  private void gaps(
      List<DeliveryEvent> deliveries, Set<String> acknowledged, Map<String, Long> highest) {
    Set<String> delivered = new HashSet<>();
    deliveries.forEach(delivery -> delivered.add(delivery.value()));
    for (SendEvent send : sendOf.values()) {
      if (send.key() != null
          && acknowledged.contains(send.value())
          && !delivered.contains(send.value())
          && send.sequence() < highest.getOrDefault(send.key(), -1L)) {
        gaps.add(send.key() + ": " + send.sequence() + " is missing");
      }
    }
  }

  private void overlaps(List<DeliveryEvent> deliveries) {
    Map<String, DeliveryEvent> last = new HashMap<>();
    for (DeliveryEvent delivery : deliveries) {
      SendEvent send = keyedSend(delivery);
      if (send == null) {
        continue;
      }
      DeliveryEvent before = last.put(String.valueOf(send.key()), delivery);
      if (before != null && delivery.atNanos() < heldUntil(before)) {
        overlaps.add(
            send.key() + ": " + delivery.value() + " arrived while " + before.value() + " was out");
      }
    }
  }

  /**
   * The gateway starts the clock of a lease before the consumer sees the message: a tenth of the
   * lease is left for the way.
   */
  private static long heldUntil(DeliveryEvent delivery) {
    long expiry = delivery.atNanos() + delivery.leaseNanos() / 10 * 9;
    Long settledAt = delivery.settledAtNanos();
    return settledAt == null ? expiry : Math.min(expiry, settledAt);
  }
}
