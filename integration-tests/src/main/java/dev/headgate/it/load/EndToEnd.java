package dev.headgate.it.load;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Messages sent at a fixed rate and received by the same process, and how long each was under way.
 * The time of a message counts from the moment at which it was due to be sent, so a sender that is
 * held up hides nothing (no coordinated omission). Thread-safe.
 */
public final class EndToEnd {
  private static final long LONGEST_NANOS = 60_000_000_000L;
  private static final int PATIENCE_SECONDS = 20;

  private final Arguments arguments;
  private final int rate;
  private final Histogram latencies = OneByOne.histogram();
  private final AtomicLong errors = new AtomicLong();
  private @Nullable Object firstError;
  private long measuredFrom = Long.MAX_VALUE;
  private volatile long newest;
  private volatile boolean done;

  /** With {@code rate bytes warmupSeconds seconds watch.NAME=PID}. */
  public EndToEnd(Arguments arguments) {
    this.arguments = arguments;
    this.rate = arguments.number("rate");
  }

  /** Sends one message. */
  public interface Sender {
    /** Returns when it was answered. */
    void send(byte[] body) throws Exception;
  }

  /** Sends on the caller's thread, waits for the last message, and prints the measurement. */
  public void run(Sender sender) throws TimeoutException {
    awaitArrival(sender);
    long warmUp = (long) rate * arguments.number("warmupSeconds");
    long measured = (long) rate * arguments.number("seconds");
    send(sender, warmUp);
    awaitArrival(sender);
    synchronized (this) {
      latencies.reset();
      measuredFrom = System.nanoTime();
    }
    Measurement.Running running = new Measurement.Running(arguments.watched(), 0);
    long failed = send(sender, measured);
    Measurement measurement = running.end(measured - failed, errors.get());
    awaitReceived(measured - failed);
    done = true;
    synchronized (this) {
      System.out.println(
          measurement
              .withFirstError(firstError)
              .withFigures(OneByOne.figures(latencies))
              .toLines());
    }
  }

  /** Whether receivers may end. */
  public boolean isDone() {
    return done;
  }

  /** Counts a message that has arrived. */
  public synchronized void received(ByteBuffer body) {
    long now = System.nanoTime();
    long due = body.getLong(body.position());
    newest = Math.max(newest, due);
    if (due >= measuredFrom) {
      latencies.recordValue(Math.min(Math.max(0, now - due), LONGEST_NANOS));
    }
  }

  /** Counts a failed call. */
  public void failed(Object why) {
    errors.incrementAndGet();
    synchronized (this) {
      firstError = firstError == null ? why : firstError;
    }
  }

  /**
   * Sends until the newest message has arrived: a group's first member may take a while to be given
   * its queues, and what the warm-up left behind is not to be measured.
   */
  private void awaitArrival(Sender sender) throws TimeoutException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    long due = System.nanoTime();
    attempt(sender, due);
    while (newest < due) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      if (System.nanoTime() - deadline > 0) {
        throw new TimeoutException("nothing arrived; the first error: " + firstError);
      }
    }
  }

  /** Sends so many by a schedule that begins now; answers how many failed. */
  private long send(Sender sender, long count) {
    long interval = TimeUnit.SECONDS.toNanos(1) / rate;
    long start = System.nanoTime();
    long failed = 0;
    for (long i = 0; i < count; i++) {
      long due = start + i * interval;
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      failed += attempt(sender, due) ? 0 : 1;
    }
    return failed;
  }

  private boolean attempt(Sender sender, long due) {
    try {
      sender.send(ByteBuffer.allocate(arguments.number("bytes")).putLong(due).array());
      return true;
    } catch (Exception e) {
      failed(e);
      return false;
    }
  }

  private void awaitReceived(long count) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (received() < count) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      if (System.nanoTime() - deadline > 0) {
        failed("%d messages did not arrive".formatted(count - received()));
        return;
      }
    }
  }

  private synchronized long received() {
    return latencies.getTotalCount();
  }

  /** Runs a receiver's loop on a daemon thread of its own. */
  public void receiveWith(String name, Receiver receiver) {
    Thread thread =
        new Thread(
            () -> {
              while (!done) {
                try {
                  receiver.receiveSome();
                } catch (Exception e) {
                  if (!done) {
                    failed(e);
                  }
                }
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Receives some messages and settles them. */
  public interface Receiver {
    /** Called again and again. */
    void receiveSome() throws Exception;
  }
}
