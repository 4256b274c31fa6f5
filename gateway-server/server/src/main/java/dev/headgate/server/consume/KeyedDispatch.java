package dev.headgate.server.consume;

import dev.headgate.engine.Bytes;
import dev.headgate.server.consume.InFlight.State;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One message of a key at a time, in order (D19). The first unsettled message of a key is its head,
 * whatever state it is in; the ones behind it are BLOCKED until it is settled, so that a retried
 * head comes before its successors and stops no other key. Messages without a key, which native
 * producers may write, form one key of their own.
 */
final class KeyedDispatch implements Dispatch {
  private final Map<Bytes, ArrayDeque<InFlight>> byKey = new HashMap<>();
  private final ArrayDeque<InFlight> ready = new ArrayDeque<>();

  @Override
  public void arrived(InFlight message) {
    ArrayDeque<InFlight> queue = byKey.computeIfAbsent(key(message), k -> new ArrayDeque<>(2));
    queue.addLast(message);
    if (queue.size() == 1) {
      ready.addLast(message);
    } else {
      message.state = State.BLOCKED;
    }
  }

  @Override
  public void cameBack(InFlight message) {
    ready.addFirst(message);
  }

  @Override
  public void settled(InFlight message) {
    Bytes key = key(message);
    ArrayDeque<InFlight> queue = byKey.get(key);
    if (queue == null) {
      return;
    }
    if (queue.peekFirst() != message) {
      queue.remove(message);
      return;
    }
    queue.removeFirst();
    if (message.state == State.READY) {
      ready.remove(message);
    }
    InFlight next = queue.peekFirst();
    if (next == null) {
      byKey.remove(key);
    } else if (next.state == State.BLOCKED) {
      next.state = State.READY;
      ready.addLast(next);
    }
  }

  @Override
  public @Nullable InFlight peek() {
    return ready.peekFirst();
  }

  @Override
  public InFlight take() {
    return ready.removeFirst();
  }

  @Override
  public int ready() {
    return ready.size();
  }

  private static Bytes key(InFlight message) {
    Bytes key = message.key;
    return key == null ? Bytes.EMPTY : key;
  }
}
