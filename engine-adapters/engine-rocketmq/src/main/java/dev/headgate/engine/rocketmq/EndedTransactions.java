package dev.headgate.engine.rocketmq;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the last transactions of this engine ended. The broker keeps no such record: it would commit
 * twice, or commit what has been rolled back. Thread-safe.
 */
final class EndedTransactions {
  private static final int REMEMBERED = 16_384;

  private final Map<HalfId.Message, Boolean> committed = new LinkedHashMap<>();

  synchronized void ended(HalfId.Message message, boolean commit) {
    committed.putIfAbsent(message, commit);
    if (committed.size() > REMEMBERED) {
      committed.remove(committed.keySet().iterator().next());
    }
  }

  /** Null when it has not, or too long ago. */
  synchronized @Nullable Boolean committed(HalfId.Message message) {
    return committed.get(message);
  }
}
