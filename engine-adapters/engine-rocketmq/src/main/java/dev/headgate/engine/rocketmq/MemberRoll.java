package dev.headgate.engine.rocketmq;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who has been a member of a group, and who of them is missing since when. Not thread-safe. */
final class MemberRoll {
  private static final Duration MISSING_UNTIL_DEAD = Duration.ofSeconds(3);
  private static final Duration FRESH = Duration.ofSeconds(1);
  // The broker's locks outlive their holder by a minute.
  private static final Duration REMEMBERED = Duration.ofMinutes(2);
  private static final long PRESENT = 0;

  private final Map<String, Long> missingSince = new HashMap<>();
  private long listedNanos;

  /** The broker's list of now. */
  void listed(List<String> members) {
    long now = System.nanoTime();
    listedNanos = now;
    missingSince.replaceAll((member, since) -> since == PRESENT ? (Long) now : since);
    members.forEach(member -> missingSince.put(member, PRESENT));
    missingSince.values().removeIf(since -> isOlder(since, now, REMEMBERED));
  }

  /** Members that have been missing for long; nobody unless there is a list of just now. */
  List<String> dead() {
    long now = System.nanoTime();
    if (now - listedNanos > FRESH.toNanos()) {
      return List.of();
    }
    return missingSince.entrySet().stream()
        .filter(member -> isOlder(member.getValue(), now, MISSING_UNTIL_DEAD))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean isOlder(long since, long now, Duration than) {
    return since != PRESENT && now - since > than.toNanos();
  }
}
