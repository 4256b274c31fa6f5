package dev.headgate.it.soak;

import dev.headgate.idl.gateway.Delivery;
import dev.headgate.it.checker.History;
import dev.headgate.it.checker.QueueChecker;
import dev.headgate.it.checker.SendEvent;
import dev.headgate.it.checker.SendEvent.Result;
import dev.headgate.it.checker.Verdict;
import dev.headgate.it.harness.Until;
import dev.headgate.it.traffic.Journal;
import dev.headgate.it.traffic.ReceivingClient;
import dev.headgate.it.traffic.SendingClient;
import dev.headgate.it.traffic.Value;
import dev.headgate.it.traffic.ValueSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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

/** One topic with its senders and receivers, at a steady rate, and what has become of it. */
final class Flow {
  private static final int SENDERS = 4;
  private static final int RECEIVERS = 4;
  private static final int KEYS = 5;
  private static final Duration LEASE = Duration.ofSeconds(5);
  private static final Duration DRAIN = Duration.ofMinutes(3);

  private final int port;
  private final String topic;
  private final boolean ordered;
  private final boolean moody;
  private final long rate;
  private final History history = new History();
  private final AtomicInteger acknowledged = new AtomicInteger();
  private final AtomicBoolean stopSending = new AtomicBoolean();
  private final AtomicBoolean stopReceiving = new AtomicBoolean();
  private final AtomicInteger drops = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Future<?>> senders = new ArrayList<>();
  private final List<Future<?>> receivers = new ArrayList<>();

  private Flow(int port, String topic, boolean ordered, boolean moody, long rate) {
    this.port = port;
    this.topic = topic;
    this.ordered = ordered;
    this.moody = moody;
    this.rate = rate;
  }

  static Flow unordered(int port, long rate) {
    return new Flow(port, "x-soak", false, false, rate);
  }

  static Flow ordered(int port, long rate) {
    return new Flow(port, "ordered-soak", true, false, rate);
  }

  /** Some messages come later, and some are given back once or twice, to come in place or later. */
  static Flow delaysAndNacks(int port, long rate) {
    return new Flow(port, "x-moody", false, true, rate);
  }

  void start() {
    IntFunction<ValueSource> values =
        ordered ? i -> ValueSource.keyed("s" + i, KEYS) : i -> ValueSource.unkeyed("s" + i);
    for (int i = 0; i < SENDERS; i++) {
      senders.add(
          threads.submit(
              new SendingClient(
                  port,
                  topic,
                  steady(moody ? delayed(values.apply(i), i) : values.apply(i)),
                  history,
                  acknowledged,
                  stopSending::get)));
    }
    startReceivers();
  }

  /** So many a second for all senders of the flow, without catching up after a fault. */
  private ValueSource steady(ValueSource values) {
    long pauseNanos = TimeUnit.SECONDS.toNanos(SENDERS) / Math.max(1, rate);
    return () -> {
      LockSupport.parkNanos(pauseNanos);
      return values.next();
    };
  }

  private static ValueSource delayed(ValueSource values, int seed) {
    Random random = new Random(seed);
    return () -> {
      Value value = values.next();
      return random.nextInt(5) == 0
          ? value.after(Duration.ofMillis(1_000 + random.nextInt(4_000)))
          : value;
    };
  }

  private void startReceivers() {
    int generation = drops.get();
    for (int i = 0; i < RECEIVERS; i++) {
      java.util.function.BooleanSupplier done =
          () -> stopReceiving.get() || drops.get() != generation;
      receivers.add(
          threads.submit(
              new ReceivingClient(
                  port,
                  topic,
                  "soak",
                  16,
                  LEASE,
                  Journal.into(history),
                  done,
                  moody ? Flow::mood : delivery -> ReceivingClient.ACK)));
    }
  }

  /** A tenth is given back twice: once to come again in place, once through the retry topic. */
  private static Duration mood(Delivery delivery) {
    boolean difficult = Math.floorMod(delivery.getMessageId().hashCode(), 10) == 0;
    if (!difficult || delivery.getAttempt() > 2) {
      return ReceivingClient.ACK;
    }
    return delivery.getAttempt() == 1 ? Duration.ZERO : Duration.ofSeconds(6);
  }

  /** Receivers go, others come. */
  void dropReceivers() {
    drops.incrementAndGet();
    startReceivers();
  }

  /** Lets it drain, and judges; whether nothing was lost, made up or out of order. */
  boolean finish() throws Exception {
    stopSending.set(true);
    for (Future<?> sender : senders) {
      sender.get(60, TimeUnit.SECONDS);
    }
    Set<String> owed =
        history.sends().stream()
            .filter(send -> send.result() == Result.ACKNOWLEDGED)
            .map(SendEvent::value)
            .collect(Collectors.toSet());
    try {
      Until.holds("all has arrived", DRAIN, () -> arrived().containsAll(owed));
    } catch (TimeoutException e) {
      Soak.say(topic + ": " + e.getMessage());
    }
    stopReceiving.set(true);
    for (Future<?> receiver : receivers) {
      receiver.get(60, TimeUnit.SECONDS);
    }
    threads.shutdownNow();
    Verdict verdict = QueueChecker.check(history);
    Soak.say(topic + ": " + verdict.summary());
    return verdict.lost().isEmpty()
        && verdict.unexpected().isEmpty()
        && (!ordered || (verdict.inversions().isEmpty() && verdict.gaps().isEmpty()));
  }

  private Set<String> arrived() {
    return history.deliveries().stream()
        .map(delivery -> delivery.value())
        .collect(Collectors.toSet());
  }
}
