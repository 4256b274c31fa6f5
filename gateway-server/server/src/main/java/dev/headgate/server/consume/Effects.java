package dev.headgate.server.consume;

import java.util.ArrayList;
import java.util.List;

/**
 * What is to be done once the subscription's lock is free again: answers to clients, calls to
 * engines. Nothing foreign ever runs under the lock.
 */
final class Effects {
  private final List<Runnable> actions = new ArrayList<>(4);

  void add(Runnable action) {
    actions.add(action);
  }

  /** Runs all, in order; called without the lock. */
  void run() {
    for (Runnable action : actions) {
      action.run();
    }
  }
}
