package dev.headgate.client;

import java.time.Instant;

/** Where to move a group's position. */
public sealed interface SeekTarget {
  /** A fixed place of a topic. */
  enum Edge implements SeekTarget {
    /** The oldest message that the engine still has. */
    START,
    /** Past the newest message. */
    END
  }

  /** The first message stored at or after this time. */
  record Time(Instant time) implements SeekTarget {}

  /** A position as a delivery or a receipt names it; moves that partition only. */
  record Position(String position) implements SeekTarget {}

  /** The oldest message that the engine still has. */
  static SeekTarget start() {
    return Edge.START;
  }

  /** Past the newest message. */
  static SeekTarget end() {
    return Edge.END;
  }

  /** The first message stored at or after this time. */
  static SeekTarget time(Instant time) {
    return new Time(time);
  }

  /** A position as a delivery or a receipt names it. */
  static SeekTarget position(String position) {
    return new Position(position);
  }
}
