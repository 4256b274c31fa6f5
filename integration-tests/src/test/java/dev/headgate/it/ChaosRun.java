package dev.headgate.it;

import dev.headgate.it.checker.DeliveryEvent;
import dev.headgate.it.checker.History;
import dev.headgate.it.checker.QueueChecker;
import dev.headgate.it.checker.SendEvent;
import dev.headgate.it.checker.SendEvent.Result;
import dev.headgate.it.checker.Verdict;
import dev.headgate.it.checker.Verdict.AckedRepeat;
import dev.headgate.it.harness.ChildProcess;
import dev.headgate.it.harness.Until;
import dev.headgate.it.harness.Wire;
import dev.headgate.it.traffic.FileJournal;
import dev.headgate.it.traffic.Journal;
import dev.headgate.it.traffic.ReceiverProcess;
import dev.headgate.it.traffic.ReceivingClient;
import dev.headgate.it.traffic.SendingClient;
import dev.headgate.it.traffic.ValueSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Traffic while processes are killed, and the checker's verdict on it. Faults come by progress, not
 * by the clock: each when so many sends have been acknowledged, and senders wait where the next one
 * is due until it has struck, so that a slow machine sees as many as a fast one and each strikes in
 * the middle of traffic.
 */
final class ChaosRun implements AutoCloseable {
  private static final int SENDERS = 8;
  private static final int RECEIVERS = 6;
  static final Duration LEASE = Duration.ofSeconds(5);
  private static final Duration STEP_LIMIT = Duration.ofSeconds(90);

  private final OwnGateway own;
  private final String topic;
  private final String group;
  private final int target;
  private final History history = new History();
  private final AtomicInteger acknowledged = new AtomicInteger();
  private final AtomicInteger allowed = new AtomicInteger();
  private final AtomicBoolean stopReceiving = new AtomicBoolean();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Future<?>> senders = new ArrayList<>();
  private final List<Future<?>> receivers = new ArrayList<>();
  private final List<Path> journals = new ArrayList<>();
  private final List<Long> strikes = new ArrayList<>();

  ChaosRun(OwnGateway own, String topic, String group, int target) {
    this.own = own;
    this.topic = topic;
    this.group = group;
    this.target = target;
  }

  /** A fault in two steps: the traffic goes on between them. */
  interface Fault {
    /** Kills. */
    void strike() throws Exception;

    /** Starts again; returns when it is ready. */
    void heal() throws Exception;
  }

  /** Starts senders and receivers. */
  void start(IntFunction<ValueSource> values) {
    int port = own.gateway().port();
    for (int i = 0; i < SENDERS; i++) {
      senders.add(
          threads.submit(
              new SendingClient(
                  port,
                  topic,
                  gated(values.apply(i)),
                  history,
                  acknowledged,
                  () -> acknowledged.get() >= target)));
    }
    for (int i = 0; i < RECEIVERS; i++) {
      receivers.add(
          threads.submit(
              new ReceivingClient(
                  port, topic, group, 16, LEASE, Journal.into(history), stopReceiving::get)));
    }
  }

  /** Strikes evenly over the run, each time when its share of the sends is acknowledged. */
  void strike(List<Fault> faults) throws Exception {
    for (int i = 0; i < faults.size(); i++) {
      allowed.set(share(i + 2, faults));
      awaitAcknowledged(share(i + 1, faults));
      strikes.add(System.nanoTime());
      faults.get(i).strike();
      faults.get(i).heal();
    }
    allowed.set(Integer.MAX_VALUE);
    awaitAcknowledged(target);
    for (Future<?> sender : senders) {
      sender.get(30, TimeUnit.SECONDS);
    }
  }

  private int share(int parts, List<Fault> faults) {
    return target * parts / (faults.size() + 1);
  }

  /** Hands out a value only when so many may be sent. */
  private ValueSource gated(ValueSource values) {
    return () -> {
      while (acknowledged.get() >= allowed.get() && !Thread.currentThread().isInterrupted()) {
        LockSupport.parkNanos(1_000_000);
      }
      return values.next();
    };
  }

  /** A receiver in a process of its own, to be killed while it holds leases. */
  ChildProcess startReceiverProcess() {
    Path journal = own.folder().resolve("journal-" + journals.size());
    journals.add(journal);
    return ReceiverProcess.start(own.gateway().port(), topic, group, LEASE, own.folder(), journal);
  }

  /** Lets the group drain, stops the receivers, and judges. */
  Verdict verdict() throws Exception {
    for (Path journal : journals) {
      FileJournal.read(journal).forEach(history::record);
    }
    Set<String> owed =
        history.sends().stream()
            .filter(send -> send.result() == Result.ACKNOWLEDGED)
            .map(SendEvent::value)
            .collect(Collectors.toSet());
    try (Wire wire = Wire.connect(own.gateway().port())) {
      Until.holds(
          "everything is delivered and settled",
          STEP_LIMIT,
          () -> delivered().containsAll(owed) && Groups.lag(wire, topic, group) == 0);
    } catch (TimeoutException e) {
      // The checker names what is missing.
      System.out.println("the group has not drained: " + e.getMessage());
    }
    stopReceiving.set(true);
    for (Future<?> receiver : receivers) {
      receiver.get(30, TimeUnit.SECONDS);
    }
    return QueueChecker.check(history);
  }

  /**
   * What came again although it had been acknowledged, after one fault and before the next.
   *
   * @param count how many messages
   * @param oldest how long before the fault the first of them had been acknowledged
   */
  record Repeats(int count, Duration oldest) {
    @Override
    public String toString() {
      return count == 0 ? "0" : count + " (" + oldest.toMillis() + " ms)";
    }
  }

  /** By fault, in the order of the faults. */
  List<Repeats> repeatsByFault(Verdict verdict) {
    List<Repeats> byFault = new ArrayList<>();
    for (int i = 0; i < strikes.size(); i++) {
      long from = strikes.get(i);
      long to = i + 1 < strikes.size() ? strikes.get(i + 1) : Long.MAX_VALUE;
      List<AckedRepeat> after =
          verdict.repeats().stream()
              .filter(repeat -> repeat.repeatedAtNanos() >= from && repeat.repeatedAtNanos() < to)
              .toList();
      long oldest = after.stream().mapToLong(AckedRepeat::ackedAtNanos).min().orElse(from);
      byFault.add(new Repeats(after.size(), Duration.ofNanos(from - oldest)));
    }
    return byFault;
  }

  /**
   * What came again although it had been acknowledged, and no fault struck soon after that: the
   * oldest such repeats, described. Faults come quickly one after another, so the one that has cost
   * a position is often not the last before the message comes again.
   *
   * @param soon how long an acknowledgement may take to be committed and written
   */
  List<String> unexplained(Verdict verdict, Duration soon) {
    List<String> unexplained = new ArrayList<>();
    for (AckedRepeat repeat : verdict.repeats()) {
      long next =
          strikes.stream()
              .filter(strike -> strike >= repeat.ackedAtNanos())
              .findFirst()
              .orElse(Long.MAX_VALUE);
      if (next - repeat.ackedAtNanos() > soon.toNanos()) {
        unexplained.add(
            "acked %d ms after the first fault, and no other fault for %s, came again %d ms later"
                .formatted(
                    (repeat.ackedAtNanos() - strikes.get(0)) / 1_000_000,
                    next == Long.MAX_VALUE
                        ? "the rest"
                        : (next - repeat.ackedAtNanos()) / 1_000_000 + " ms",
                    (repeat.repeatedAtNanos() - repeat.ackedAtNanos()) / 1_000_000));
      }
    }
    return unexplained.subList(0, Math.min(10, unexplained.size()));
  }

  /** How many attempts to send ended so. */
  long sends(Result result) {
    return history.sends().stream().filter(send -> send.result() == result).count();
  }

  @Override
  public void close() {
    stopReceiving.set(true);
    threads.shutdownNow();
  }

  private Set<String> delivered() {
    return history.deliveries().stream().map(DeliveryEvent::value).collect(Collectors.toSet());
  }

  private void awaitAcknowledged(int count) throws Exception {
    Until.holds(
        count + " sends are acknowledged",
        STEP_LIMIT,
        () -> {
          for (Future<?> sender : senders) {
            if (sender.isDone()) {
              sender.get();
            }
          }
          return acknowledged.get() >= count;
        });
  }
}
