package dev.headgate.launcher;

import dev.headgate.client.HeadgateException;
import dev.headgate.client.Outcome;
import dev.headgate.client.SendReceipt;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of the messages of one command. Thread-safe. */
final class SendTally {
  private static final int SHOWN = 5;

  private final List<String> shown = new ArrayList<>();
  private long sent;
  private long refused;
  private long unknown;
  private long notTried;
  private int exitCode;
  private @Nullable SendReceipt last;

  /** One is stored. */
  synchronized void sent(SendReceipt receipt) {
    sent++;
    last = receipt;
  }

  /** One failed. */
  synchronized void failed(long number, HeadgateException failure) {
    if (shown.size() < SHOWN) {
      shown.add(
          "message %d: %s: %s".formatted(number, failure.code().name(), failure.getMessage()));
    }
    count(1, failure);
  }

  /** A whole call of so many failed. */
  synchronized void failed(int messages, HeadgateException failure) {
    count(messages, failure);
  }

  /** So many were never asked for, since an earlier call failed. */
  synchronized void notTried(long messages) {
    notTried += messages;
  }

  private void count(long messages, HeadgateException failure) {
    if (failure.outcome() == Outcome.UNKNOWN) {
      unknown += messages;
    } else {
      refused += messages;
    }
    exitCode = Math.max(exitCode, Failures.exitCode(failure));
  }

  synchronized long sent() {
    return sent;
  }

  /** The last receipt, or null. */
  synchronized @Nullable SendReceipt last() {
    return last;
  }

  /** The first failures, a line each. */
  synchronized List<String> shown() {
    return List.copyOf(shown);
  }

  /** 0 when all are stored. */
  synchronized int exitCode() {
    return exitCode;
  }

  synchronized Json json() {
    return new Json()
        .put("sent", sent)
        .put("refused", refused)
        .put("unknown", unknown)
        .put("notTried", notTried)
        .put("lastMessageId", last == null ? null : last.messageId());
  }

  /** What was not stored, for people; empty when all is. */
  synchronized String losses() {
    List<String> parts = new ArrayList<>();
    add(parts, refused, "not stored");
    add(parts, unknown, "perhaps stored");
    add(parts, notTried, "not tried");
    return String.join(", ", parts);
  }

  private static void add(List<String> parts, long count, String what) {
    if (count > 0) {
      parts.add(Progress.number(count) + " " + what);
    }
  }
}
