package dev.headgate.engine.testkit;

/**
 * Hurts a broker that runs in a process of its own. Calls block until the fault is there, or gone.
 * The kit heals what it broke: after each test the broker runs, with its data, and its connections
 * are open.
 */
public interface FaultController {
  /** Ends the broker as a power cut would: SIGKILL. */
  void killBroker();

  /**
   * Starts a broker that was killed; returns when it answers.
   *
   * @param keepData false for an empty disk
   */
  void restartBroker(boolean keepData);

  /** Halts the broker without ending it: SIGSTOP. Its connections stay open and nobody answers. */
  void stopBroker();

  /** Wakes a halted broker: SIGCONT. */
  void continueBroker();

  /** Resets the open connections of all engines once; new ones are accepted. */
  default void cutConnections() {
    throw new UnsupportedOperationException("cutConnections");
  }

  /** Whether {@link #cutConnections} works. */
  default boolean canCutConnections() {
    return false;
  }
}
