package dev.headgate.client;

/** What became of the work that a failed call asked for. */
public enum Outcome {
  /** Nothing was stored or changed. Sending again cannot make a duplicate. */
  NOT_APPLIED,
  /**
   * Nobody can know. Sending again may make a duplicate; not sending again may lose the message.
   */
  UNKNOWN
}
