package dev.headgate.server.consume;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.Filter;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.ReaderSpec.InitialPosition;
import dev.headgate.engine.TopicName;
import dev.headgate.engine.memory.MemoryCluster;
import dev.headgate.server.auth.Caller;
import dev.headgate.server.metrics.GatewayMetrics;
import dev.headgate.server.metrics.MetricFamily;
import dev.headgate.server.produce.ProducePipeline;
import dev.headgate.server.produce.SendCommand;
import dev.headgate.server.routing.GroupPolicy;
import dev.headgate.server.routing.Route;
import dev.headgate.server.routing.RouteTable;
import dev.headgate.server.routing.TopicCreation;
import dev.headgate.server.routing.TopicRouting;
import dev.headgate.server.time.ScheduledTimer;
import dev.headgate.server.token.TokenSigner;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many threads at once on real time: what a lock that is held too briefly would show. */
class DeliveryStressTest {
  private static final Caller CALLER = new Caller("stress", "127.0.0.1:1", "");
  private static final int MESSAGES = 20_000;
  private static final int KEYS = 200;

  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(2);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ScheduledTimer timer = new ScheduledTimer(scheduler);
  private final Engine engine =
      new MemoryCluster(InstantSource.system(), scheduler)
          .engine(new EngineContext("n1", InstantSource.system(), scheduler));
  private final GatewayMetrics metrics = new GatewayMetrics(new MetricRegistry());

  private final Map<String, AtomicInteger> acked = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> lastOfKey = new ConcurrentHashMap<>();
  private final AtomicInteger inversions = new AtomicInteger();
  private final AtomicInteger leasedTogether = new AtomicInteger();
  private final Map<String, AtomicInteger> heldOfKey = new ConcurrentHashMap<>();

  @AfterEach
  void stop() {
    engine.close();
    threads.shutdownNow();
    scheduler.shutdownNow();
  }

  @Test
  void D11_everyMessageIsAckedOnceWhileOthersAreNackedAndAbandoned() throws Exception {
    run(false);

    assertThat(acked).hasSize(MESSAGES);
    assertThat(acked.values()).allSatisfy(count -> assertThat(count).hasValue(1));
    assertThat(metrics.total(MetricFamily.LEASES_OPEN)).isZero();
    assertThat(metrics.heldBytes().getCount()).isZero();
  }

  @Test
  void D19_keysStayInOrderAndAreHeldByOneWhileOthersAreNacked() throws Exception {
    run(true);

    assertThat(acked).hasSize(MESSAGES);
    assertThat(inversions).hasValue(0);
    assertThat(leasedTogether).hasValue(0);
  }

  private void run(boolean ordered) throws Exception {
    OneRoute table = new OneRoute(ordered);
    TopicRouting routing = new TopicRouting(() -> table);
    TopicCreation creation = new TopicCreation();
    ProducePipeline produce =
        new ProducePipeline(
            routing, creation, Map.of(), new TokenSigner(new byte[32]), timer, metrics);
    SubscriptionRegistry consume =
        new SubscriptionRegistry(
            routing,
            creation,
            ConsumeConfig.DEFAULT,
            timer,
            new LeaseSigner(new byte[32]),
            metrics,
            () -> new ConsumeService.Node("n1", "127.0.0.1:1", 0));
    List<Future<?>> workers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      workers.add(threads.submit(() -> consume(consume, ordered)));
    }
    for (int producer = 0; producer < 2; producer++) {
      int half = producer;
      workers.add(threads.submit(() -> produce(produce, half)));
    }
    for (Future<?> worker : workers) {
      worker.get(60, TimeUnit.SECONDS);
    }
    consume.drain(Duration.ofSeconds(5)).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private void produce(ProducePipeline produce, int half) {
    for (int i = half; i < MESSAGES; i += 2) {
      int key = i % KEYS;
      SendCommand command =
          new SendCommand(
              Bytes.utf8(Integer.toString(i)), Bytes.utf8("k" + key), null, List.of(), null, null);
      produce
          .send(CALLER, "stress", command, System.nanoTime() + 10_000_000_000L)
          .toCompletableFuture()
          .join();
    }
  }

  private void consume(SubscriptionRegistry consume, boolean ordered) {
    long giveUp = System.nanoTime() + 50_000_000_000L;
    while (acked.size() < MESSAGES && System.nanoTime() < giveUp) {
      PendingReceive pending = consume.receive(CALLER, command(), Long.MAX_VALUE);
      ThreadLocalRandom random = ThreadLocalRandom.current();
      if (random.nextInt(20) == 0) {
        pending.abandon();
        pending.abandon();
        continue;
      }
      for (Delivery delivery : pending.result().toCompletableFuture().join().deliveries()) {
        settle(consume, delivery, ordered, random.nextInt(10) == 0);
      }
    }
  }

  private void settle(
      SubscriptionRegistry consume, Delivery delivery, boolean ordered, boolean giveBack) {
    String body = delivery.message().body().toUtf8();
    Bytes key = delivery.message().key();
    AtomicInteger held =
        heldOfKey.computeIfAbsent(key == null ? "" : key.toUtf8(), k -> new AtomicInteger());
    if (ordered && held.incrementAndGet() > 1) {
      leasedTogether.incrementAndGet();
    }
    Settled settled;
    if (giveBack) {
      held.decrementAndGet();
      Nack nack = new Nack(delivery.lease(), Duration.ofMillis(5), "again");
      settled =
          consume.nack(CALLER, List.of(nack), Long.MAX_VALUE).toCompletableFuture().join().get(0);
    } else {
      if (ordered) {
        int number = Integer.parseInt(body);
        AtomicInteger last =
            lastOfKey.computeIfAbsent(key == null ? "" : key.toUtf8(), k -> new AtomicInteger(-1));
        if (last.getAndSet(number) > number) {
          inversions.incrementAndGet();
        }
      }
      acked.computeIfAbsent(body, b -> new AtomicInteger()).incrementAndGet();
      held.decrementAndGet();
      settled =
          consume
              .ack(CALLER, List.of(delivery.lease()), Long.MAX_VALUE)
              .toCompletableFuture()
              .join()
              .get(0);
    }
    assertThat(settled).isEqualTo(Settled.DONE);
  }

  private static ReceiveCommand command() {
    return new ReceiveCommand(
        "stress", "g", 16, 0, Duration.ofMillis(200), null, Filter.all(), null);
  }

  private final class OneRoute implements RouteTable {
    private final boolean ordered;

    OneRoute(boolean ordered) {
      this.ordered = ordered;
    }

    @Override
    public Optional<Route> route(TopicName topic) {
      return Optional.of(new Route("c", engine, ordered, 1 << 20, Duration.ofDays(1), true, 4));
    }

    @Override
    public GroupPolicy group(GroupName group) {
      return new GroupPolicy(
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          1_000,
          Duration.ofMillis(5),
          Duration.ofSeconds(1),
          InitialPosition.EARLIEST,
          1 << 20);
    }
  }
}
