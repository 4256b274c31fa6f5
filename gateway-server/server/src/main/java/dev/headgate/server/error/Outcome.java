package dev.headgate.server.error;

/** What became of the work that a failed call asked for (delivery contract, D2). */
public enum Outcome {
  /** Nothing was stored or changed. */
  NOT_APPLIED,
  /** The gateway cannot know. */
  UNKNOWN
}
