package dev.headgate.client;

/** The answer to one entry of a batch. */
public sealed interface SendOutcome {
  /** The entry is stored. */
  record Sent(SendReceipt receipt) implements SendOutcome {}

  /** The entry failed; the failure says whether it may have been stored all the same. */
  record Failed(HeadgateException failure) implements SendOutcome {}

  /** Whether the entry is stored. */
  default boolean isSent() {
    return this instanceof Sent;
  }

  /**
   * The receipt of a stored entry.
   *
   * @throws HeadgateException the entry's failure
   */
  default SendReceipt orThrow() {
    if (this instanceof Sent sent) {
      return sent.receipt();
    }
    throw ((Failed) this).failure();
  }
}
