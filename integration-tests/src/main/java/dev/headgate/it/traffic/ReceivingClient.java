package dev.headgate.it.traffic;

import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.SettleResult;
import dev.headgate.idl.gateway.SettleStatus;
import dev.headgate.it.checker.DeliveryEvent;
import dev.headgate.it.checker.DeliveryEvent.Settlement;
import dev.headgate.it.harness.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.thrift.TException;
import org.jspecify.annotations.Nullable;

/**
 * One receiver: a connection; receives, writes down, acknowledges, writes down. It connects again
 * whenever it must.
 */
public final class ReceivingClient implements Runnable {
  private static final Duration WAIT = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final int port;
  private final String topic;
  private final String group;
  private final int batch;
  private final Duration lease;
  private final Journal journal;
  private final BooleanSupplier done;
  private final Function<Delivery, Duration> givesBack;
  private @Nullable Wire wire;

  /** What is acknowledged, for the function that decides. */
  public static final Duration ACK = Duration.ofSeconds(-1);

  /** A receiver that is not running yet; {@code done} is asked between receives. */
  public ReceivingClient(
      int port,
      String topic,
      String group,
      int batch,
      Duration lease,
      Journal journal,
      BooleanSupplier done) {
    this(port, topic, group, batch, lease, journal, done, delivery -> ACK);
  }

  /**
   * One that gives some back.
   *
   * @param givesBack to be delivered again after how long, or {@link #ACK}
   */
  public ReceivingClient(
      int port,
      String topic,
      String group,
      int batch,
      Duration lease,
      Journal journal,
      BooleanSupplier done,
      Function<Delivery, Duration> givesBack) {
    this.givesBack = givesBack;
    this.port = port;
    this.topic = topic;
    this.group = group;
    this.batch = batch;
    this.lease = lease;
    this.journal = journal;
    this.done = done;
  }

  @Override
  public void run() {
    while (!done.getAsBoolean()) {
      try {
        if (wire == null) {
          wire = Wire.connect(port).timeout(Duration.ofSeconds(15));
        }
        List<Delivery> kept = new ArrayList<>();
        for (Delivery delivery : wire.receive(topic, group, batch, WAIT, lease)) {
          Duration delay = givesBack.apply(delivery);
          if (delay.isNegative()) {
            kept.add(delivery);
          } else {
            giveBack(wire, delivery, delay);
          }
        }
        settle(wire, kept);
      } catch (TException e) {
        disconnect();
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
    disconnect();
  }

  private void settle(Wire wire, List<Delivery> deliveries) throws TException {
    if (deliveries.isEmpty()) {
      return;
    }
    long arrivedAt = System.nanoTime();
    journal.arrived(events(deliveries, arrivedAt, null, List.of(), Settlement.NONE));
    long settledAt = System.nanoTime();
    List<SettleResult> results = List.of();
    try {
      results = wire.ack(deliveries);
    } finally {
      journal.settled(events(deliveries, arrivedAt, settledAt, results, Settlement.UNANSWERED));
    }
  }

  private void giveBack(Wire wire, Delivery delivery, Duration delay) throws TException {
    long arrivedAt = System.nanoTime();
    List<Delivery> one = List.of(delivery);
    Settlement settlement = Settlement.UNANSWERED;
    try {
      SettleResult result = wire.nack(delivery, delay, "not in the mood");
      settlement = result.getStatus() == SettleStatus.DONE ? Settlement.NACKED : Settlement.REFUSED;
    } finally {
      journal.settled(events(one, arrivedAt, System.nanoTime(), List.of(), settlement));
    }
  }

  private static List<DeliveryEvent> events(
      List<Delivery> deliveries,
      long arrivedAt,
      @Nullable Long settledAt,
      List<SettleResult> results,
      Settlement withoutResult) {
    List<DeliveryEvent> events = new ArrayList<>(deliveries.size());
    for (int i = 0; i < deliveries.size(); i++) {
      Delivery delivery = deliveries.get(i);
      Settlement settlement =
          i >= results.size()
              ? withoutResult
              : results.get(i).getStatus() == SettleStatus.DONE
                  ? Settlement.ACKED
                  : Settlement.REFUSED;
      events.add(
          new DeliveryEvent(
              Value.textOf(delivery.getMessage()),
              delivery.getMessageId(),
              delivery.getAttempt(),
              arrivedAt,
              TimeUnit.MILLISECONDS.toNanos(delivery.getLeaseMillis()),
              settledAt,
              settlement));
    }
    return events;
  }

  private void disconnect() {
    if (wire != null) {
      wire.close();
      wire = null;
    }
  }
}
