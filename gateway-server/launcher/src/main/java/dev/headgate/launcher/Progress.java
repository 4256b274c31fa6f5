package dev.headgate.launcher;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Tells a person how far a long command is: drawn over itself on a terminal, else a line now and
 * then; nothing at all for short ones. For one thread.
 */
final class Progress {
  private static final long DRAW_EVERY = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long LINE_EVERY = TimeUnit.SECONDS.toNanos(5);

  private static final long RATE_FROM = 1_000;

  private final Terminal terminal;
  private final String verb;
  private final long start = System.nanoTime();
  private long next;
  private boolean drawn;

  /** {@code verb} is what was done: {@code sent}. */
  Progress(Terminal terminal, String verb) {
    this.terminal = terminal;
    this.verb = verb;
    this.next = start + (terminal.isInteractive() ? 2 * DRAW_EVERY : LINE_EVERY);
  }

  /** So many are done. */
  void at(long count) {
    long now = System.nanoTime();
    if (now < next) {
      return;
    }
    String line = "%s %s, %s".formatted(verb, number(count), rate(count));
    if (terminal.isInteractive()) {
      next = now + DRAW_EVERY;
      terminal.redraw(line);
      drawn = true;
    } else {
      next = now + LINE_EVERY;
      terminal.say(line);
    }
  }

  /** Clears what was drawn, so that a line of another kind can follow. */
  void end() {
    if (drawn) {
      terminal.redraw("");
      drawn = false;
    }
  }

  /** So many took so long: {@code 1.2 s, 8,300/s}; the time alone where a rate says nothing. */
  String rate(long count) {
    double seconds = (System.nanoTime() - start) / 1e9;
    if (count < RATE_FROM) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    return String.format(
        Locale.ROOT, "%.1f s, %s/s", seconds, number(Math.round(count / Math.max(seconds, 1e-3))));
  }

  /** With separators. */
  static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** {@code 1 message}, {@code 2,000 messages}. */
  static String messages(long count) {
    return number(count) + (count == 1 ? " message" : " messages");
  }
}
