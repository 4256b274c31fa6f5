package dev.headgate.server.consume;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Every message may be leased at once; what came back goes first. */
final class UnorderedDispatch implements Dispatch {
  private final ArrayDeque<InFlight> ready = new ArrayDeque<>();

  @Override
  public void arrived(InFlight message) {
    ready.addLast(message);
  }

  @Override
  public void cameBack(InFlight message) {
    ready.addFirst(message);
  }

  @Override
  public void settled(InFlight message) {
    if (message.state == InFlight.State.READY) {
      ready.remove(message);
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
}
