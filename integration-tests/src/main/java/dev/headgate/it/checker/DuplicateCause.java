package dev.headgate.it.checker;

import dev.headgate.it.checker.DeliveryEvent.Settlement;

/** Why a stored message was delivered once more, told from how its delivery before ended. */
public enum DuplicateCause {
  /** The consumer gave it back: what D12 asks for. */
  NACKED,
  /** The consumer never settled it: it died, or its lease ran out. What D12 asks for. */
  LEASE_NOT_SETTLED,
  /** The consumer's ack was refused: expired, fenced, unknown or unavailable. */
  ACK_REFUSED,
  /** The answer to the consumer's ack was lost. */
  ACK_UNANSWERED,
  /** The ack was answered DONE: its commit was lost in a crash (D11). */
  ACKED_BEFORE,
  /** The engine holds more copies than sends can explain: a resend inside the gateway. */
  STORED_TWICE;

  static DuplicateCause after(Settlement settlement) {
    return switch (settlement) {
      case NACKED -> NACKED;
      case NONE -> LEASE_NOT_SETTLED;
      case REFUSED -> ACK_REFUSED;
      case UNANSWERED -> ACK_UNANSWERED;
      case ACKED -> ACKED_BEFORE;
    };
  }
}
