package dev.headgate.server.consume;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of many messages, where adding and removing one costs the same however many there
 * are: a hashed timing wheel (Varghese and Lauck, 1987) with intrusive lists. Nothing is early; a
 * deadline is seen by the first {@link #advance} past it, rounded up to the tick. Guarded by the
 * subscription's lock.
 */
final class DeadlineWheel {
  static final int TICK_MILLIS = 20;
  private static final int SLOTS = 512;

  // Only while there is a deadline: most subscriptions are idle most of the time.
  private @Nullable InFlight @Nullable [] slots;
  private long doneTick;
  private int size;

  DeadlineWheel(long nowMillis) {
    doneTick = nowMillis / TICK_MILLIS;
  }

  int size() {
    return size;
  }

  /** Adds the message under its {@link InFlight#atMillis}; it must not be in the wheel. */
  void add(InFlight message) {
    if (message.wheelSlot >= 0) {
      throw new IllegalStateException("already in the wheel: offset " + message.offset);
    }
    long tick = Math.max(doneTick + 1, (message.atMillis + TICK_MILLIS - 1) / TICK_MILLIS);
    int slot = (int) (tick % SLOTS);
    @Nullable InFlight[] heads = heads();
    InFlight head = heads[slot];
    message.wheelSlot = slot;
    message.wheelNext = head;
    message.wheelPrevious = null;
    if (head != null) {
      head.wheelPrevious = message;
    }
    heads[slot] = message;
    size++;
  }

  private @Nullable InFlight[] heads() {
    @Nullable InFlight[] heads = slots;
    if (heads == null) {
      heads = new @Nullable InFlight[SLOTS];
      slots = heads;
    }
    return heads;
  }

  /** Lets the memory of a wheel that is empty go. */
  void trim() {
    if (size == 0) {
      slots = null;
    }
  }

  /** Takes the message out; harmless when it is not in. */
  void remove(InFlight message) {
    if (message.wheelSlot < 0) {
      return;
    }
    InFlight previous = message.wheelPrevious;
    InFlight next = message.wheelNext;
    if (previous == null) {
      heads()[message.wheelSlot] = next;
    } else {
      previous.wheelNext = next;
    }
    if (next != null) {
      next.wheelPrevious = previous;
    }
    message.wheelSlot = -1;
    message.wheelPrevious = null;
    message.wheelNext = null;
    size--;
  }

  /** Takes out and hands over every message whose time has come. */
  void advance(long nowMillis, Consumer<InFlight> due) {
    long nowTick = nowMillis / TICK_MILLIS;
    long from = Math.max(doneTick + 1, nowTick - SLOTS + 1);
    doneTick = Math.max(doneTick, nowTick);
    @Nullable InFlight[] heads = slots;
    if (heads == null) {
      return;
    }
    for (long tick = from; tick <= nowTick; tick++) {
      InFlight message = heads[(int) (tick % SLOTS)];
      while (message != null) {
        InFlight next = message.wheelNext;
        if (message.atMillis <= nowMillis) {
          remove(message);
          due.accept(message);
        }
        message = next;
      }
    }
  }
}
