package dev.headgate.server.http;

import dev.headgate.server.time.Timer;
import java.time.Duration;

/**
 * Whether the process works: its timer, on which leases end and positions are committed, ticks.
 * Brokers have no part in it, since a restart of the process does not mend them. Thread-safe.
 */
public final class Health {
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration STUCK = Duration.ofSeconds(15);

  private final Timer timer;
  private volatile long tickedNanos;

  /** Starts to tick. */
  public Health(Timer timer) {
    this.timer = timer;
    tick();
  }

  private void tick() {
    tickedNanos = timer.nanoTime();
    timer.after(TICK, this::tick);
  }

  /** What is seen now. */
  Check check() {
    Duration silent = Duration.ofNanos(timer.nanoTime() - tickedNanos);
    return silent.compareTo(STUCK) < 0
        ? new Check("timer", true, "ticks")
        : new Check("timer", false, "has not ticked for " + silent.toSeconds() + " s");
  }
}
