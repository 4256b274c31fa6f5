package dev.headgate.server.consume;

import java.time.Instant;

/** Where to move a group (D24). */
public sealed interface SeekTarget {
  /** The oldest message that the engine still has. */
  record Start() implements SeekTarget {}

  /** Past the newest message. */
  record End() implements SeekTarget {}

  /** The first message stored at or after the time. */
  record At(Instant time) implements SeekTarget {}

  /**
   * That position, on its partition only.
   *
   * @param position as a delivery or a send result names it
   */
  record To(String position) implements SeekTarget {}
}
