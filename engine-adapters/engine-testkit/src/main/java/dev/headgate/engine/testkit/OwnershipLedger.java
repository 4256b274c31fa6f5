package dev.headgate.engine.testkit;

import dev.headgate.engine.Partition;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who owns which partition now, over all members of a test. Thread-safe. */
final class OwnershipLedger {
  private final Map<Partition, String> owners = new HashMap<>();

  /** Returns who owned it at this moment, which is a breach; null when nobody did. */
  synchronized @Nullable String take(Partition partition, String member) {
    return owners.put(partition, member);
  }

  synchronized void giveUp(Partition partition, String member) {
    owners.remove(partition, member);
  }
}
