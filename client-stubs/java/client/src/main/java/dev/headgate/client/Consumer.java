package dev.headgate.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running consumer of one topic for one group, made by {@link HeadgateClient#subscribe}. It holds
 * at most {@code concurrency + prefetch} messages, runs the handler on its own threads, and keeps
 * receiving through failures of the gateway. Messages of one key reach one handler after the other
 * on an ordered topic, because the gateway leases them so. Thread-safe.
 */
public final class Consumer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Consumer.class);
  private static final int MAX_MESSAGES = 1_000;
  private static final int MAX_REASON = 1_000;
  private static final Backoff AGAIN = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));
  private static final Duration LAST_SETTLEMENTS = Duration.ofSeconds(5);

  private final Consumption consumption;
  private final Tracing tracing;
  private final String topic;
  private final String group;
  private final MessageHandler handler;
  private final ConsumerOptions options;
  private final java.util.function.Consumer<Consumer> onClosed;
  private final Hand hand;
  private final Settler settler;
  private final LeaseRenewer renewer;
  private final ExecutorService workers;
  private final Thread poller;
  private final Thread settling;
  private final Thread renewing;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile @Nullable HeadgateException lastFailure;

  Consumer(
      Consumption consumption,
      Tracing tracing,
      String topic,
      String group,
      MessageHandler handler,
      ConsumerOptions options,
      java.util.function.Consumer<Consumer> onClosed) {
    this.consumption = consumption;
    this.tracing = tracing;
    this.topic = topic;
    this.group = group;
    this.handler = handler;
    this.options = options;
    this.onClosed = onClosed;
    this.hand = new Hand(options.concurrency() + options.prefetch());
    this.settler = new Settler(consumption, hand);
    this.renewer = new LeaseRenewer(consumption, hand, options.lease());
    String name = "headgate-" + group + "-";
    this.workers =
        Executors.newFixedThreadPool(options.concurrency(), new DaemonThreads(name + "handler"));
    this.poller = new DaemonThreads(name + "receive").newThread(this::receiveLoop);
    this.settling = new DaemonThreads(name + "settle").newThread(settler);
    this.renewing = new DaemonThreads(name + "renew").newThread(renewer);
  }

  void start() {
    settling.start();
    renewing.start();
    poller.start();
  }

  /** How many messages are leased to this consumer now. */
  public int inHand() {
    return hand.size();
  }

  /** Why the last receive failed; empty when it did not. */
  public Optional<HeadgateException> lastFailure() {
    return Optional.ofNullable(lastFailure);
  }

  /**
   * Receives no more and gives back what no handler has begun; what runs goes on. Never blocks; may
   * be called by a handler. {@link #close} does the rest.
   */
  public void stop() {
    stopping.countDown();
    hand.releaseRoom(1);
    giveBackUnstarted();
  }

  /**
   * Stops, waits for running handlers up to {@code closeTimeout} (then interrupts them), and
   * settles all that is in hand. A receive that is parked is waited for too, up to {@code
   * pollWait}, so that no lease gets lost in it. Not to be called by a handler. Repeating it is
   * harmless.
   */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      awaitClosedQuietly();
      return;
    }
    stop();
    long deadline = System.nanoTime() + options.closeTimeout().toNanos();
    try {
      joinPoller(deadline);
      workers.shutdown();
      if (!workers.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        log.warn("handlers of {} still run after {}", group, options.closeTimeout());
        workers.shutdownNow();
      }
      long last = System.nanoTime() + LAST_SETTLEMENTS.toNanos();
      if (!hand.awaitEmpty(last)) {
        log.warn("{} leases of {} are left to expire", hand.size(), group);
      }
    } catch (InterruptedException e) {
      workers.shutdownNow();
      Thread.currentThread().interrupt();
    } finally {
      renewer.stop();
      settler.stop();
      poller.interrupt();
      renewing.interrupt();
      settling.interrupt();
      onClosed.accept(this);
      closed.countDown();
    }
  }

  /** Waits until somebody has closed this consumer. */
  public void awaitClosed() throws InterruptedException {
    closed.await();
  }

  private void awaitClosedQuietly() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void joinPoller(long deadline) throws InterruptedException {
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    poller.join(Math.max(1, left));
    if (poller.isAlive()) {
      poller.interrupt();
      poller.join(1_000);
    }
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  private void receiveLoop() {
    int failures = 0;
    try {
      while (!isStopping()) {
        int room = hand.acquireRoom(MAX_MESSAGES);
        if (isStopping()) {
          hand.releaseRoom(room);
          return;
        }
        Duration pause;
        try {
          pause = receive(room);
          failures = 0;
          lastFailure = null;
        } catch (HeadgateException e) {
          hand.releaseRoom(room);
          log.warn("cannot receive from {} for {}: {}", topic, group, e.toString());
          lastFailure = e;
          pause = AGAIN.pause(failures++, e.retryAfter());
        }
        if (!pause.isZero()) {
          boolean unused = stopping.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Receives into so much room; answers how long the gateway wants to be left alone. */
  private Duration receive(int room) {
    ReceiveOptions how =
        new ReceiveOptions(
            room,
            null,
            options.pollWait(),
            options.lease(),
            options.filter(),
            options.broadcastInstance());
    ReceiveResult result = consumption.receive(topic, group, how, CallOptions.defaults());
    hand.releaseRoom(Math.max(0, room - result.size()));
    long now = System.nanoTime();
    for (Delivery delivery : result) {
      HeldDelivery held = new HeldDelivery(delivery, now);
      hand.add(held);
      workers.execute(() -> handle(held));
    }
    if (isStopping()) {
      giveBackUnstarted();
    }
    if (!result.isEmpty()) {
      renewer.wake();
    }
    return result.retryAfter();
  }

  private void giveBackUnstarted() {
    for (HeldDelivery held : hand.all()) {
      if (held.takeBack()) {
        settler.nack(held, Duration.ZERO, "given back by a closing consumer");
      }
    }
  }

  @SuppressWarnings("CatchingUnchecked") // Whatever a handler throws means: deliver it again.
  private void handle(HeldDelivery held) {
    if (!held.start()) {
      return;
    }
    try {
      run(held.delivery());
      settler.ack(held);
    } catch (RetryLater later) {
      settler.nack(held, later.delay(), reason(later.getMessage()));
    } catch (UnreadableBodyException unreadable) {
      String messageId = held.delivery().messageId();
      log.warn("message {} for {} cannot be opened: {}", messageId, group, unreadable.getMessage());
      settler.nack(held, options.nackDelay(), reason(unreadable.getMessage()));
    } catch (Throwable failure) {
      log.warn("handler of {} failed on {}", group, held.delivery().messageId(), failure);
      settler.nack(held, options.nackDelay(), reason(failure.toString()));
    }
  }

  /** Opens the body before the handler, which is spared a message that cannot be opened. */
  private void run(Delivery delivery) throws Exception {
    if (!options.keepEncoded()) {
      Bytes unused = delivery.message().body();
    }
    Delivery handed = options.keepEncoded() ? delivery.asReceived() : delivery;
    try (Tracing.Scope scope = tracing.enter(TraceContext.of(handed.message()))) {
      handler.handle(handed);
    }
  }

  private static @Nullable String reason(@Nullable String text) {
    return text == null || text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON);
  }
}
