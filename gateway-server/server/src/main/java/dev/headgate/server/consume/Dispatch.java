package dev.headgate.server.consume;

import org.jspecify.annotations.Nullable;

/** Which message of a partition may be leased next. Guarded by the subscription's lock. */
interface Dispatch {
  /** A message was read from the engine; calls come in order of offset. */
  void arrived(InFlight message);

  /** A message may be leased again: its wait is over, or a client gave it back unseen. */
  void cameBack(InFlight message);

  /** A message is settled and leaves. */
  void settled(InFlight message);

  /** The message to lease next, without taking it; null when there is none. */
  @Nullable InFlight peek();

  /** Takes what {@link #peek} showed. */
  InFlight take();

  /** How many could be leased now. */
  int ready();
}
