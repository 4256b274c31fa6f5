package dev.headgate.engine.rocketmq;

import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;

/** What a timer that has been stopped hands out: a task that never runs. */
record DeadTimeout(Timer timer, TimerTask task) implements Timeout {
  static Timeout of(Timer timer) {
    return new DeadTimeout(timer, timeout -> {});
  }

  @Override
  public boolean isExpired() {
    return false;
  }

  @Override
  public boolean isCancelled() {
    return true;
  }

  @Override
  public boolean cancel() {
    return false;
  }
}
